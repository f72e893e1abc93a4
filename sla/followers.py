"""Reactions of SLA clocks to ticket events, in the transaction of the change."""

from __future__ import annotations

from sla.ladders.acknowledging import follow_page
from sla.ladders.running import note_work
from sla.models import ConditionKind
from sla.services import levels, lost_responses, reactions
from sla.services.book import get_book
from tickets.changes import Change
from tickets.events import EventKind, NowFollower, NowFollowers
from tickets.models import State, TicketEvent


def _replan_if_asked(kind: ConditionKind) -> NowFollower:
    """Return a reaction to what only matters if a policy has a condition of this kind."""

    def follow(change: Change, event: TicketEvent) -> None:
        if get_book(change.ticket).asks_for(kind):
            reactions.replan_for_properties(change, event)

    return follow


def start_imported(change: Change, event: TicketEvent) -> None:
    """Start the clocks of an open imported ticket from the import on, if the import says so."""
    if event.data.get("starts_clocks"):
        reactions.start_clocks(change, event)
        reactions.follow_customer(change, event)


def follow_rules(change: Change, event: TicketEvent) -> None:
    """Apply a priority that routing rules set on a ticket that has its clocks already."""
    if event.data.get("priority"):
        reactions.replan_for_properties(change, event)


def follow_status(change: Change, event: TicketEvent) -> None:
    """Follow a move to another state, unless the ticket was closed by it."""
    if change.ticket.status != State.CLOSED:
        reactions.follow_state(change, event)


def follow_level(change: Change, event: TicketEvent) -> None:
    """Follow a move to another level, and to another state with it."""
    levels.follow_move(change, event)
    follow_status(change, event)


def follow_sent_again(change: Change, event: TicketEvent) -> None:
    """Meet the clocks that a reply answers which didn't arrive before."""
    if event.data.get("answers"):
        reactions.follow_reply(change, event)


def _note_work(follow: NowFollower) -> NowFollower:
    """Return a reaction to what an agent does, which also keeps an acknowledged ladder quiet."""

    def follow_work(change: Change, event: TicketEvent) -> None:
        note_work(change, event, get_book(change.ticket))
        follow(change, event)

    return follow_work


NOW: NowFollowers = {
    EventKind.TICKET_OPENED: reactions.start_clocks,
    EventKind.TICKET_IMPORTED: start_imported,
    EventKind.CUSTOMER_RESPONDED: reactions.follow_customer,
    EventKind.AGENT_REPLIED: _note_work(reactions.follow_reply),
    EventKind.REPLY_SENT_AGAIN: follow_sent_again,
    EventKind.RESPONSE_LOST: lost_responses.take_back,
    EventKind.STATUS_CHANGED: _note_work(follow_status),
    EventKind.HOLD_STARTED: follow_status,
    EventKind.HOLD_ENDED: follow_status,
    EventKind.NO_REPLY_NEEDED: reactions.follow_no_reply_needed,
    EventKind.UPDATE_PROMISED: _note_work(reactions.follow_promise),
    EventKind.PROMISE_WITHDRAWN: reactions.withdraw_promise,
    EventKind.TICKET_CLOSED: reactions.follow_closing,
    EventKind.TICKET_MERGED: reactions.follow_merge,
    EventKind.MERGED_IN: reactions.follow_merged_in,
    EventKind.MERGED_TAKEN_OUT: reactions.follow_merged_in,
    EventKind.MERGE_UNDONE: reactions.undo_merge,
    EventKind.TICKET_REOPENED: reactions.reopen,
    EventKind.PRIORITY_CHANGED: reactions.replan_for_properties,
    EventKind.PRODUCT_CHANGED: reactions.replan_for_properties,
    EventKind.DEPARTMENT_CHANGED: _replan_if_asked(ConditionKind.DEPARTMENT),
    EventKind.TAGS_CHANGED: _replan_if_asked(ConditionKind.TAG),
    EventKind.RULES_APPLIED: follow_rules,
    EventKind.TERMS_CHANGED: reactions.replan_for_new_terms,
    EventKind.ACCOUNT_CHANGED: reactions.replan_for_new_terms,
    EventKind.SENDER_VERIFIED: reactions.replan_for_new_terms,
    EventKind.REQUESTER_CHANGED: reactions.replan_for_new_terms,
    EventKind.ESCALATED: _note_work(follow_level),
    EventKind.GIVEN_BACK: follow_level,
    EventKind.NOTE_ADDED: _note_work(levels.follow_event),
    EventKind.ASSIGNED: levels.follow_event,
    EventKind.PAGE_ANSWERED: follow_page,
}
