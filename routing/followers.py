"""What routing does when something happens to a ticket."""

from __future__ import annotations

from routing.services import assign_next_agent, route_ticket, unassign_non_member
from tickets.events import EventKind, Followers
from tickets.models import TicketEvent
from tickets.saving import save_fields


def route_and_assign(event: TicketEvent) -> None:
    crew = route_ticket(event.ticket, at=event.at)
    assign_next_agent(event.ticket, at=event.at, crew=crew)


def reroute(event: TicketEvent) -> None:
    """The account has another plan or status, or is known by now: the ticket goes to the department that fits, with
    whoever has it, unless its tickets are hidden from them."""
    before = event.ticket.department_id
    crew = route_ticket(event.ticket, at=event.at)
    save_fields(event.ticket, "department", "route_reasons")
    if event.ticket.department_id != before:
        unassign_non_member(event.ticket, at=event.at, crew=crew)


def assign_to_next_level(event: TicketEvent) -> None:
    """An escalated ticket goes to somebody of the next level, or waits for one."""
    before, after = event.data["level"]
    if before != after:
        assign_next_agent(event.ticket, at=event.at)


def ensure_assigned(event: TicketEvent) -> None:
    """A ticket that is open again has somebody (M13)."""
    assignee = event.ticket.assignee
    if assignee is None or not assignee.can_write:
        assign_next_agent(event.ticket, at=event.at)


NOW: Followers = {
    EventKind.TICKET_OPENED: route_and_assign,
    EventKind.TERMS_CHANGED: reroute,
    EventKind.SENDER_VERIFIED: reroute,
    EventKind.ESCALATED: assign_to_next_level,
    EventKind.CUSTOMER_RESPONDED: ensure_assigned,
    EventKind.TICKET_REOPENED: ensure_assigned,
}
