"""Reactions of routing to ticket events, in the transaction of the change."""

from __future__ import annotations

from collections.abc import Sequence

from routing.candidates import list_candidates
from routing.handover.lending import lend_ticket
from routing.handover.offers import accept_by_working
from routing.handover.roll_call import call_roll
from routing.models import TraceCause
from routing.services import (
    assign_next_agent,
    assign_to,
    reassign_unacknowledged,
    route_again,
    route_ticket,
)
from routing.staff.missing import list_leads
from routing.staff.on_call import list_on_call
from tickets.changes import Change
from tickets.events import EventKind, Followers, NowFollowers, Together
from tickets.models import ACTIVE_STATES, TicketEvent
from tickets.notifications import notify_of_events
from tickets.sentences.reasons import ReasonCode, make_reason


def route_and_assign(change: Change, event: TicketEvent) -> None:
    """Try the rules on a new ticket, then choose its department and assignee."""
    candidates = route_ticket(change, cause=TraceCause.OPENED)
    assign_next_agent(change, candidates=candidates)


def reroute(change: Change, event: TicketEvent) -> None:
    """Move a ticket to the department that fits the account's new terms, with its assignee.

    The assignee changes only if the department's tickets are hidden from them.
    """
    route_again(change, cause=TraceCause.TERMS)


def assign_to_next_level(change: Change, event: TicketEvent) -> None:
    """Assign a ticket that has another level to an agent there, or leave it unassigned."""
    before, after = event.data["level"]
    if before != after:
        assign_next_agent(change)


def give_back(change: Change, event: TicketEvent) -> None:
    """Assign a ticket that was given back to the agent who had it there, if they are at work."""
    holder_id = event.data.get("held_by")
    known = next(
        (one for one in list_candidates(change.ticket).agents if one.agent.pk == holder_id), None
    )
    if known is None or holder_id not in call_roll(change.ticket.desk, change.at).present:
        assign_to_next_level(change, event)
        return
    assign_to(change, known.agent, make_reason(ReasonCode.GIVEN_BACK, agent=str(known.agent)))


def ensure_assigned(change: Change, event: TicketEvent) -> None:
    """Assign a ticket that is open again if no agent is working on it (M13).

    If its agent is off shift, the sweep lends it within a minute if it can't wait (lending.py): the
    deadline of the next response isn't known yet.
    """
    assignee = change.ticket.assignee
    if assignee is None or not assignee.can_write:
        assign_next_agent(change)


def ensure_open_assigned(change: Change, event: TicketEvent) -> None:
    """Assign a ticket whose merge was undone, unless it is closed or waits for the customer."""
    if change.ticket.status in ACTIVE_STATES:
        ensure_assigned(change, event)


def place_emergency(change: Change, event: TicketEvent) -> None:
    """Give an emergency to an agent who is at work or on call, unless its assignee is.

    An absent assignee stays its owner.
    """
    ticket, assignee_id = change.ticket, change.ticket.assignee_id
    if assignee_id is None:
        assign_next_agent(change)
        return
    absence = call_roll(ticket.desk, change.at).absent.get(assignee_id)
    if absence is not None and not absence.is_on_call:
        lend_ticket(change, absence)


NOW: NowFollowers = {
    EventKind.TICKET_OPENED: route_and_assign,
    EventKind.TERMS_CHANGED: reroute,
    EventKind.ACCOUNT_CHANGED: reroute,
    EventKind.SENDER_VERIFIED: reroute,
    EventKind.REQUESTER_CHANGED: reroute,
    EventKind.ESCALATED: assign_to_next_level,
    EventKind.GIVEN_BACK: give_back,
    EventKind.CUSTOMER_RESPONDED: ensure_assigned,
    EventKind.TICKET_REOPENED: ensure_assigned,
    EventKind.MERGE_UNDONE: ensure_open_assigned,
    EventKind.EMERGENCY_REPORTED: place_emergency,
    EventKind.AGENT_REPLIED: accept_by_working,
    EventKind.NOTE_ADDED: accept_by_working,
    EventKind.STATUS_CHANGED: accept_by_working,
    EventKind.PRIORITY_CHANGED: accept_by_working,
    EventKind.PRODUCT_CHANGED: accept_by_working,
    EventKind.TICKET_CLOSED: accept_by_working,
    EventKind.NO_REPLY_NEEDED: accept_by_working,
    EventKind.UPDATE_PROMISED: accept_by_working,
    EventKind.HOLD_STARTED: accept_by_working,
}


def alert_on_call(events: Sequence[TicketEvent]) -> None:
    """Notify the agents who are on call of an emergency, whatever their level."""
    told = []
    for event in events:
        agents = list_on_call(event.desk, event.at).values_list("agent_id", flat=True)
        told += [(agent_id, event) for agent_id in sorted(set(agents))]
    notify_of_events(told)


def alert_leads(events: Sequence[TicketEvent]) -> None:
    """Notify leads of tickets that wait because nobody who is on shift is active."""
    waiting = [
        event
        for event in events
        if (event.data.get("reason") or {}).get("code") == ReasonCode.NO_AGENT_ACTIVE
    ]
    leads = list_leads(waiting[0].desk_id) if waiting else []
    notify_of_events([(lead, event) for event in waiting for lead in leads])


def reassign_on_ladder(event: TicketEvent) -> None:
    """Give a ticket to another agent on shift, as a step of its ladder says.

    Does nothing a second time, or if someone else has the ticket by now. If nobody is on shift, it
    stays where it is, and the leads are notified.
    """
    if event.data["action"] != "reassign":
        return
    held_by = event.data["held_by"]
    if not reassign_unacknowledged(event.ticket_id, held_by=held_by, at=event.at):
        notify_of_events([(lead, event) for lead in list_leads(event.desk_id)])


LATER: Followers = {
    EventKind.LADDER_STEP: reassign_on_ladder,
    EventKind.EMERGENCY_REPORTED: Together(alert_on_call),
    EventKind.LEFT_UNASSIGNED: Together(alert_leads),
}
