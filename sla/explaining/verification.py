"""Replay of all clocks of a desk, in slices: memory doesn't grow with the number of tickets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sla.explaining.replay import Difference
from sla.explaining.selectors import replay_clock
from sla.models import Clock

SLICE = 500


@dataclass(frozen=True, slots=True)
class Verdict:
    """A replayed clock: of which ticket, and what differs. Nothing means equal."""

    number: int
    kind: str
    differences: list[Difference]


def verify_clocks(*, desk_id: int, number: int | None = None) -> Iterator[Verdict]:
    """Yield a verdict on each clock of a desk, by ID. number: of a ticket; None: all of them.

    The caller is in the desk's scope. Reads SLICE clocks with their entries at a time.
    """
    clocks = Clock.objects.filter(desk_id=desk_id).order_by("pk")
    if number is not None:
        clocks = clocks.filter(ticket__number=number)
    clocks = clocks.select_related("ticket").prefetch_related("entries")
    last = 0
    while found := list(clocks.filter(pk__gt=last)[:SLICE]):
        for clock in found:
            yield Verdict(clock.ticket.number, clock.kind, replay_clock(clock))
        last = found[-1].pk
