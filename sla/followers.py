"""Reactions of SLA clocks to ticket events, in the transaction of the change."""

from __future__ import annotations

from sla.services import (
    meet_clock,
    replan_for_new_terms,
    replan_for_properties,
    restart_clock,
    start_clock,
    stop_on_close,
)
from tickets.changes import Change
from tickets.events import EventKind, NowFollowers
from tickets.models import State, TicketEvent


def restart_if_closed(change: Change, event: TicketEvent) -> None:
    """Restart the clock of a ticket that was closed before this event."""
    if event.data.get("status", [""])[0] == State.CLOSED:
        restart_clock(change, event)


def replan_if_open(change: Change, event: TicketEvent) -> None:
    """Apply the terms of a newly verified sender or another requester to an open ticket."""
    if change.ticket.status != State.CLOSED:
        replan_for_new_terms(change, event)


NOW: NowFollowers = {
    EventKind.TICKET_OPENED: start_clock,
    EventKind.AGENT_REPLIED: meet_clock,
    EventKind.PRIORITY_CHANGED: replan_for_properties,
    EventKind.PRODUCT_CHANGED: replan_for_properties,
    EventKind.TERMS_CHANGED: replan_for_new_terms,
    EventKind.SENDER_VERIFIED: replan_if_open,
    EventKind.REQUESTER_CHANGED: replan_if_open,
    EventKind.TICKET_CLOSED: stop_on_close,
    EventKind.TICKET_REOPENED: restart_if_closed,
    EventKind.CUSTOMER_RESPONDED: restart_if_closed,
}
