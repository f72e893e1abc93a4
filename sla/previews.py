"""Compare the deadlines of open tickets with the stored settings. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from sla.calendar import NeverOpensError
from sla.hours import get_working_hours
from sla.models import (
    PROMISED,
    TARGETED,
    Clock,
    ClockEntry,
    ClockKind,
    ConditionKind,
    EntryKind,
    Target,
)
from sla.runs import Run
from sla.services import find_ticket_targets, get_book
from sla.services.levels import find_level_targets
from sla.services.planning import count_seconds, cut_to_second, make_schedule, read_pauses
from sla.services.reactions import find_beginning, list_wanted
from sla.targets import Found
from tickets.models import OPEN_STATES, Ticket
from tickets.rules.coverage import find_refusal
from tickets.services.tags import load_tag_ids

MAX_CHECKED = 2_000  # open tickets of a preview


@dataclass(frozen=True)
class Touched:
    """The targets and calendars that a change added, changed or removed.

    levels: of internal targets, the level and the kind of clock, such as "l2:level_taken".
    """

    targets: frozenset[int] = field(default_factory=frozenset)
    calendars: frozenset[int] = field(default_factory=frozenset)
    levels: frozenset[str] = field(default_factory=frozenset)

    def __bool__(self) -> bool:
        return bool(self.targets or self.calendars or self.levels)

    def to_json(self) -> dict[str, list[Any]]:
        """Return the value of Replan.touched."""
        return {
            "targets": sorted(self.targets),
            "calendars": sorted(self.calendars),
            "levels": sorted(self.levels),
        }

    @classmethod
    def from_json(cls, stored: dict[str, list[Any]]) -> Touched:
        """Read a stored value; those from before internal targets followed have no levels."""
        levels = frozenset(stored.get("levels", ()))
        return cls(frozenset(stored["targets"]), frozenset(stored["calendars"]), levels)

    def includes(self, clock: Clock | None, new: Found | None, level: str) -> bool:
        """Return True if the change is about what a clock runs by, or would run by.

        level: the ticket's.
        """
        if clock is not None and (
            (clock.target_id is None and clock.kind in TARGETED)
            or clock.target_id in self.targets
            or clock.calendar_id in self.calendars
            or name_level_target(level, clock.kind) in self.levels
        ):
            return True
        return new is not None and (
            new.target.pk in self.targets or new.target.calendar_id in self.calendars
        )


class NewTerms(Touched):
    """Another plan or status of an account, which every clock of its tickets follows."""

    def includes(self, clock: Clock | None, new: Found | None, level: str) -> bool:
        return True


def name_level_target(level: str, kind: str) -> str:
    """Return what Touched.levels holds for an internal target."""
    return f"{level}:{kind}"


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
    compared; is_capped if there are more. has_late: some have breached clocks of these settings,
    which stay as they are.
    """

    moved: int = 0
    breached_now: int = 0
    later: int = 0
    started: int = 0
    stopped: int = 0
    unchanged: int = 0
    checked: int = 0
    is_capped: bool = False
    has_late: bool = False

    @property
    def needs_choice(self) -> bool:
        """True unless all open tickets are known to stay as they are."""
        return bool(self.moved or self.started or self.stopped or self.is_capped)

    @classmethod
    def count(
        cls,
        moves: Sequence[Move],
        *,
        checked: int,
        is_capped: bool,
        at: datetime,
        has_late: bool = False,
    ) -> Preview:
        """Return the numbers of tickets behind these moves."""
        found: dict[str, set[int]] = {}
        for move in moves:
            for name in _classify(move, at):
                found.setdefault(name, set()).add(move.ticket_id)
        numbers = {name: len(ids) for name, ids in found.items()}
        affected = len({move.ticket_id for move in moves})
        return cls(
            **numbers,
            unchanged=checked - affected,
            checked=checked,
            is_capped=is_capped,
            has_late=has_late,
        )


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
    _recall_targets(tickets)
    return [move for ticket in tickets for move in _compare(ticket, touched, at)]


def cover_tickets(tickets: Iterable[Ticket]) -> None:
    """Decide in memory whether the plan of their account covers these tickets.

    They are all of one account. Tickets that are alike share one decision, so that the number of
    queries doesn't grow with theirs.
    """
    known: dict[tuple[Any, ...], Any] = {}
    for ticket in tickets:
        key = (ticket.channel, ticket.priority_id, ticket.product_id)
        if key not in known:
            known[key] = find_refusal(ticket)
        ticket.uncovered = known[key]


def has_late_clocks(tickets: Sequence[Ticket], touched: Touched) -> bool:
    """Return True if a breached clock runs by the touched settings. It keeps its deadline."""
    return any(
        clock.breached_at is not None
        and clock.is_owed
        and clock.kind != ClockKind.PROMISED_UPDATE
        and touched.includes(clock, None, ticket.level)
        for ticket in tickets
        for clock in ticket.clocks.all()
    )


def _recall_targets(tickets: Sequence[Ticket]) -> None:
    """Let clocks whose target is gone know its ID again, from their entries.

    One that an earlier change left alone stays so. At most one query.
    """
    clocks = {
        clock.pk: clock
        for ticket in tickets
        for clock in ticket.clocks.all()
        if clock.target_id is None and clock.is_owed and clock.kind in TARGETED
    }
    if not clocks:
        return
    plans = ClockEntry.objects.filter(
        clock__in=clocks, kind__in=(EntryKind.STARTED, EntryKind.REPLANNED)
    )
    latest = plans.order_by("clock_id", "-pk").distinct("clock_id")
    for clock_id, target_id in latest.values_list("clock_id", "data__target__id"):
        clocks[clock_id].target_id = target_id


def _compare(ticket: Ticket, touched: Touched, at: datetime) -> Iterator[Move]:
    found = find_ticket_targets(ticket)
    clocks = {clock.kind: clock for clock in ticket.clocks.all()}
    owed = {kind: clock for kind, clock in clocks.items() if clock.is_owed}
    every = {**found, **find_level_targets(ticket)}
    for kind, clock in owed.items():
        if clock.breached_at is not None or kind == ClockKind.PROMISED_UPDATE:
            continue
        new = every.get(ClockKind(kind))
        if new is not None and clock.is_overridden:
            continue
        if touched.includes(clock, new, ticket.level):
            yield from _move(ticket, clock, new)
    for kind in list_wanted(ticket) & (found.keys() - owed.keys()):
        if touched.includes(None, found[kind], ticket.level):
            started_at = at
            if not isinstance(touched, NewTerms):  # what new terms promise first counts from now
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
