"""What the SLA does when something happens to a ticket."""

from __future__ import annotations

from sla.services import (
    meet_clock,
    replan_clock,
    replan_for_new_terms,
    restart_clock,
    start_clock,
    stop_clock,
)
from tickets.events import EventKind, Followers
from tickets.models import State, TicketEvent


def resume_if_closed(event: TicketEvent) -> None:
    if event.data.get("status", [""])[0] == State.CLOSED:
        restart_clock(event)


def promise_if_open(event: TicketEvent) -> None:
    """The sender is proven by now: what the account's plan promises begins, unless the ticket is over."""
    if event.ticket.status != State.CLOSED:
        replan_for_new_terms(event)


NOW: Followers = {
    EventKind.TICKET_OPENED: start_clock,
    EventKind.AGENT_REPLIED: meet_clock,
    EventKind.PRIORITY_CHANGED: replan_clock,
    EventKind.TERMS_CHANGED: replan_for_new_terms,
    EventKind.SENDER_VERIFIED: promise_if_open,
    EventKind.TICKET_CLOSED: stop_clock,
    EventKind.TICKET_REOPENED: resume_if_closed,
    EventKind.CUSTOMER_RESPONDED: resume_if_closed,
}
