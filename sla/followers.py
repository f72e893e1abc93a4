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
from tickets.log import Followers, Kind
from tickets.models import State, TicketEvent


def resume_if_closed(event: TicketEvent) -> None:
    if event.data.get("status", [""])[0] == State.CLOSED:
        restart_clock(event)


def promise_if_open(event: TicketEvent) -> None:
    """The sender is proven by now: what the account's plan promises begins, unless the ticket is over."""
    if event.ticket.status != State.CLOSED:
        replan_for_new_terms(event)


NOW: Followers = {
    Kind.TICKET_OPENED: start_clock,
    Kind.AGENT_REPLIED: meet_clock,
    Kind.PRIORITY_CHANGED: replan_clock,
    Kind.TERMS_CHANGED: replan_for_new_terms,
    Kind.SENDER_PROVEN: promise_if_open,
    Kind.TICKET_CLOSED: stop_clock,
    Kind.TICKET_REOPENED: resume_if_closed,
    Kind.CUSTOMER_RESPONDED: resume_if_closed,
}
