"""Compare the deadlines of open tickets with those of the stored settings. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import QuerySet

from sla.calendar import NeverOpensError, WorkingHours, add_working_time
from sla.models import Calendar, Clock, ClockKind, Target
from sla.services import find_target
from tickets.models import OPEN_STATES, Ticket

MAX_CHECKED = 2_000  # open tickets of a preview
TOLERANCE = timedelta(seconds=1)


@dataclass(frozen=True)
class Touched:
    """The targets and calendars that a change added, changed or removed."""

    targets: frozenset[int] = field(default_factory=frozenset)
    calendars: frozenset[int] = field(default_factory=frozenset)

    def __bool__(self) -> bool:
        return bool(self.targets or self.calendars)

    def to_json(self) -> dict[str, list[int]]:
        """Return the value of Replan.touched."""
        return {"targets": sorted(self.targets), "calendars": sorted(self.calendars)}

    @classmethod
    def from_json(cls, stored: dict[str, list[int]]) -> Touched:
        return cls(frozenset(stored["targets"]), frozenset(stored["calendars"]))


@dataclass(frozen=True)
class Move:
    """A deadline of a ticket that changes. was: None if a clock starts; due: None if it stops."""

    ticket_id: int
    was: datetime | None
    due: datetime | None


@dataclass(frozen=True)
class Preview:
    """How open tickets would follow a change, in numbers of tickets.

    later: those whose customers were promised an earlier time. checked: the tickets that were
    compared; is_capped if there are more.
    """

    moved: int = 0
    breached_now: int = 0
    later: int = 0
    started: int = 0
    stopped: int = 0
    unchanged: int = 0
    checked: int = 0
    is_capped: bool = False

    @property
    def needs_choice(self) -> bool:
        """True unless all open tickets are known to stay as they are."""
        return bool(self.moved or self.started or self.stopped or self.is_capped)

    @classmethod
    def count(
        cls, moves: Sequence[Move], *, checked: int, is_capped: bool, at: datetime
    ) -> Preview:
        """Return the numbers of tickets behind these moves."""
        found: dict[str, set[int]] = {}
        for move in moves:
            for name in _classify(move, at):
                found.setdefault(name, set()).add(move.ticket_id)
        numbers = {name: len(ids) for name, ids in found.items()}
        affected = len({move.ticket_id for move in moves})
        return cls(**numbers, unchanged=checked - affected, checked=checked, is_capped=is_capped)


def _classify(move: Move, at: datetime) -> Iterator[str]:
    if move.due is None or move.was is None:
        yield "stopped" if move.due is None else "started"
    else:
        yield "moved"
        if move.due > move.was:
            yield "later"
    if move.due is not None and move.due <= at and not (move.was and move.was <= at):
        yield "breached_now"


def list_open_tickets(desk_id: int) -> QuerySet[Ticket]:
    """Return the desk's open tickets, with what their clocks are planned by."""
    tickets = Ticket.objects.filter(desk_id=desk_id, status__in=OPEN_STATES).order_by()
    return tickets.select_related("desk", "account").prefetch_related("clocks")


def compare_tickets(tickets: Sequence[Ticket], touched: Touched) -> list[Move]:
    """Return the deadlines of these tickets that the touched settings move, by ticket.

    Calendars are read as stored, as the cache of hours may be of another transaction.
    """
    hours: dict[int, WorkingHours] = {}
    moves = (_compare(ticket, touched, hours) for ticket in tickets)
    return [move for move in moves if move is not None]


def _compare(ticket: Ticket, touched: Touched, hours: dict[int, WorkingHours]) -> Move | None:
    first = ClockKind.FIRST_RESPONSE
    clock = next((each for each in ticket.clocks.all() if each.kind == first), None)
    if ticket.first_responded_at or (clock and (clock.met_at or clock.breached_at)):
        return None
    target = find_target(ticket)
    is_running = clock is not None and clock.stopped_at is None
    if not _is_touched(clock if is_running else None, target, touched):
        return None
    was = clock.due_at if clock and is_running else None
    started_at = clock.started_at if clock and is_running else ticket.created_at
    due = _plan(target, started_at, hours) if target else None
    if was == due or (was and due and abs(was - due) < TOLERANCE):
        return None
    return Move(ticket.pk, was, due)


def _is_touched(clock: Clock | None, target: Target | None, touched: Touched) -> bool:
    """Return True if the change is about what a clock runs by, or about what it would run by."""
    if clock is not None and (
        clock.target_id is None
        or clock.target_id in touched.targets
        or clock.calendar_id in touched.calendars
    ):
        return True
    return target is not None and (
        target.pk in touched.targets or target.calendar_id in touched.calendars
    )


def _plan(target: Target, started_at: datetime, hours: dict[int, WorkingHours]) -> datetime | None:
    """Return the deadline, or None if the calendar never opens."""
    calendar_id = target.required_calendar.pk
    if calendar_id not in hours:
        calendar = Calendar.objects.prefetch_related("windows", "holidays")
        hours[calendar_id] = calendar.get(pk=calendar_id).working_hours()
    try:
        return add_working_time(hours[calendar_id], started_at, timedelta(minutes=target.amount))
    except NeverOpensError:
        return None
