"""Pauses of clocks: waiting for the customer, on hold, and in states that the desk chooses."""

from __future__ import annotations

from sla.models import ClockKind
from sla.runs import Reason
from sla.services.clocks import TicketClocks
from tickets.models import State, Ticket

# What was promised by a time, and the first response, count in every state.
NEVER_PAUSED = frozenset({ClockKind.FIRST_RESPONSE, ClockKind.PROMISED_UPDATE})


def find_pause_reason(ticket: Ticket) -> str:
    """Return why clocks of an open ticket don't count now, or "" if they do."""
    if ticket.status == State.WAITING:
        return Reason.WAITING.value
    if ticket.hold_until is not None:
        return Reason.HOLD.value
    return Reason.STATE.value if ticket.status in ticket.desk.pause_states else ""


def settle_pauses(clocks: TicketClocks) -> None:
    """Pause and resume the clocks of a ticket as its state and its hold ask for."""
    if clocks.ticket.status == State.CLOSED:
        return
    reason = find_pause_reason(clocks.ticket)
    for clock in clocks.list_owed():
        if clock.kind in NEVER_PAUSED:
            continue
        current = clock.pauses[-1][2] if clock.paused_at is not None else ""
        if current == reason:
            continue
        if current:
            clocks.resume(clock)
        if reason:
            clocks.pause(clock, reason)
