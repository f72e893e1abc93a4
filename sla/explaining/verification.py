"""Replay of all clocks of a desk in slices, so that memory doesn't grow with the tickets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sla.explaining.replay import Difference, Field
from sla.explaining.selectors import replay_clock
from sla.models import PROMISED, Clock
from tickets.models import NO_DEADLINE, State, Ticket

SLICE = 500


@dataclass(frozen=True, slots=True)
class Verdict:
    """A replayed clock, or the ticket's own deadline (kind ""), and what differs.

    is_complete: False if a deadline is from before the versions of calendars were kept.
    """

    number: int
    kind: str
    differences: list[Difference]
    is_complete: bool = True


def verify_tickets(*, desk_id: int, number: int | None = None) -> Iterator[Verdict]:
    """Yield a verdict on each clock of a desk, and one on each ticket's deadline.

    The caller is in the desk's scope. Reads SLICE tickets with their clocks and entries at a time.
    number: of the only ticket to verify; None: all.
    """
    tickets = Ticket.objects.filter(desk_id=desk_id).order_by("pk")
    if number is not None:
        tickets = tickets.filter(number=number)
    tickets = tickets.only("number", "status", "due_at", "due_kind")
    last = 0
    while found := list(tickets.filter(pk__gt=last).prefetch_related("clocks__entries")[:SLICE]):
        for ticket in found:
            yield from _verify_ticket(ticket)
        last = found[-1].pk


def _verify_ticket(ticket: Ticket) -> Iterator[Verdict]:
    clocks = ticket.clocks.all()
    for clock in clocks:
        yield Verdict(ticket.number, clock.kind, *replay_clock(clock))
    recorded = (ticket.due_at, ticket.due_kind)
    computed = find_earliest(ticket.status, clocks)
    differs = [] if recorded == computed else [_describe_difference(recorded, computed)]
    yield Verdict(ticket.number, "", differs)


def find_earliest(status: str, clocks: Iterable[Clock]) -> tuple[datetime, str]:
    """Return the deadline that queues sort a ticket by, and its kind.

    That is the earliest running clock, of those that were promised if there are any.
    """
    counting = [clock for clock in clocks if clock.is_owed and clock.paused_at is None]
    promised = [clock for clock in counting if clock.kind in PROMISED]
    earliest = min(promised or counting, key=lambda clock: clock.due_at, default=None)
    if earliest is None or status == State.CLOSED:
        return NO_DEADLINE, ""
    return earliest.due_at, earliest.kind


def _describe_difference(
    recorded: tuple[datetime, str], computed: tuple[datetime, str]
) -> Difference:
    texts = (f"{due_at.isoformat()} {kind}".strip() for due_at, kind in (recorded, computed))
    return Difference(Field.QUEUED_BY, None, *texts)
