"""Compare the deadlines of open tickets with the stored settings. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from sla.calendar import NeverOpensError
from sla.hours import get_working_hours
from sla.models import PROMISED, TARGETED, Clock, ClockKind, ConditionKind, Target
from sla.runs import Run
from sla.services import find_ticket_targets, get_book
from sla.services.levels import find_level_targets
from sla.services.planning import count_seconds, cut_to_second, make_schedule, read_pauses
from sla.services.reactions import find_beginning, list_wanted
from sla.targets import Found
from tickets.models import OPEN_STATES, Ticket
from tickets.services.tags import load_tag_ids

MAX_CHECKED = 2_000  # open tickets of a preview


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
    kind: str
    was: datetime | None
    due: datetime | None
    is_paused: bool = False


@dataclass(frozen=True)
class Preview:
    """The effect of a change on open tickets, in numbers of tickets.

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
        if move.due > move.was and move.kind in PROMISED:
            yield "later"
    was_due = move.was is not None and move.was <= at
    if move.due is not None and move.due <= at and not was_due and not move.is_paused:
        yield "breached_now"


def list_open_tickets(desk_id: int) -> QuerySet[Ticket]:
    """Return the desk's open tickets, with what their clocks are planned by."""
    tickets = Ticket.objects.filter(desk_id=desk_id, status__in=OPEN_STATES).order_by()
    return tickets.select_related("desk", "account").prefetch_related("clocks")


def compare_tickets(tickets: Sequence[Ticket], touched: Touched, *, at: datetime) -> list[Move]:
    """Return the deadlines of these tickets that the touched settings move, by ticket.

    The same as replan_ticket does, which the tests compare: sla/services/reactions.py.
    """
    if tickets and get_book(tickets[0]).asks_for(ConditionKind.TAG):
        load_tag_ids(tickets)
    return [move for ticket in tickets for move in _compare(ticket, touched, at)]


def _compare(ticket: Ticket, touched: Touched, at: datetime) -> Iterator[Move]:
    found = find_ticket_targets(ticket)
    clocks = {clock.kind: clock for clock in ticket.clocks.all()}
    owed = {kind: clock for kind, clock in clocks.items() if clock.is_owed}
    every = {**found, **find_level_targets(ticket)}
    for kind, clock in owed.items():
        if clock.breached_at is not None or kind == ClockKind.PROMISED_UPDATE:
            continue
        new = every.get(ClockKind(kind))
        if _is_touched(clock, new, touched):
            yield from _move(ticket, clock, new)
    for kind in list_wanted(ticket) & (found.keys() - owed.keys()):
        if _is_touched(None, found[kind], touched):
            started_at = find_beginning(ticket, kind, clocks.get(kind), at=at)
            if due := _plan(found[kind].target, started_at, ()):
                yield Move(ticket.pk, kind, None, due)


def _move(ticket: Ticket, clock: Clock, new: Found | None) -> Iterator[Move]:
    if new is None:
        yield Move(ticket.pk, clock.kind, clock.due_at, None)
        return
    due = _plan(new.target, clock.started_at, clock.pauses)
    if due is not None and due != clock.due_at:
        is_paused = clock.paused_at is not None
        yield Move(ticket.pk, clock.kind, clock.due_at, due, is_paused)


def _is_touched(clock: Clock | None, new: Found | None, touched: Touched) -> bool:
    """Return True if the change is about what a clock runs by, or about what it would run by."""
    if clock is not None and (
        (clock.target_id is None and clock.kind in TARGETED)
        or clock.target_id in touched.targets
        or clock.calendar_id in touched.calendars
    ):
        return True
    return new is not None and (
        new.target.pk in touched.targets or new.target.calendar_id in touched.calendars
    )


def _plan(target: Target, started_at: datetime, pauses: Sequence[Any]) -> datetime | None:
    """Return the deadline, or None if the calendar never opens."""
    calendar = target.required_calendar
    hours = get_working_hours(calendar.pk, calendar.version)
    try:
        start = cut_to_second(started_at)
        run = Run(start, count_seconds(target, hours, start), read_pauses(pauses))
        return make_schedule(run, hours, ()).due_at
    except NeverOpensError:
        return None
