"""A first response that never arrived: its clock runs on, and those that came after it end."""

from __future__ import annotations

from sla.models import ClockKind
from sla.services.clocks import TicketClocks
from sla.services.pauses import settle_pauses
from tickets.changes import Change
from tickets.models import TicketEvent

REASON = "response_lost"


def take_back(change: Change, event: TicketEvent) -> None:
    """Continue the clock of the first response as if the reply had not been written."""
    clocks = TicketClocks.of(change)
    first = clocks.get(ClockKind.FIRST_RESPONSE)
    if first is not None and first.met_at is not None:
        clocks.restore(first, REASON)
    for kind in (ClockKind.NEXT_RESPONSE, ClockKind.UPDATE):
        if owed := clocks.get_owed(kind):
            clocks.stop(owed, REASON)
    settle_pauses(clocks)
