"""Reactions of routing to ticket events, in the transaction of the change."""

from __future__ import annotations

from routing.services import assign_next_agent, route_ticket, unassign_non_member
from tickets.changes import Change
from tickets.events import EventKind, NowFollowers
from tickets.models import TicketEvent


def route_and_assign(change: Change, event: TicketEvent) -> None:
    """Choose department and assignee of a new ticket."""
    candidates = route_ticket(change)
    assign_next_agent(change, candidates=candidates)


def reroute(change: Change, event: TicketEvent) -> None:
    """Move a ticket to the department that fits the account's new terms, with its assignee.

    The assignee changes only if the department's tickets are hidden from them.
    """
    before = change.ticket.department_id
    candidates = route_ticket(change)
    if change.ticket.department_id != before:
        unassign_non_member(change, candidates=candidates)


def assign_to_next_level(change: Change, event: TicketEvent) -> None:
    """Assign a ticket that has another level to an agent there, or leave it unassigned."""
    before, after = event.data["level"]
    if before != after:
        assign_next_agent(change)


def ensure_assigned(change: Change, event: TicketEvent) -> None:
    """Assign a ticket that is open again if no agent is working on it (M13)."""
    assignee = change.ticket.assignee
    if assignee is None or not assignee.can_write:
        assign_next_agent(change)


NOW: NowFollowers = {
    EventKind.TICKET_OPENED: route_and_assign,
    EventKind.TERMS_CHANGED: reroute,
    EventKind.SENDER_VERIFIED: reroute,
    EventKind.REQUESTER_CHANGED: reroute,
    EventKind.ESCALATED: assign_to_next_level,
    EventKind.GIVEN_BACK: assign_to_next_level,
    EventKind.CUSTOMER_RESPONDED: ensure_assigned,
    EventKind.TICKET_REOPENED: ensure_assigned,
}
