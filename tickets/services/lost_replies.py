"""Replies that never reach the requester, who still waits for them, and that are sent again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tickets.actors import SYSTEM
from tickets.changes import Change
from tickets.events import EventKind
from tickets.models import CloseReason, Message, State, Ticket, TicketEvent
from tickets.rules.coverage import update_coverage
from tickets.rules.transitions import apply_transition


def take_back_reply(*, ticket_id: int, message_id: int, at: datetime) -> None:
    """Give a ticket back to its agent if its requester didn't get the latest reply.

    They can't answer what they never read, so no reminder is sent and silence doesn't close the
    ticket; if it has, the ticket is reopened. If the reply was the first response, its clock runs
    on. Otherwise a closed ticket stays closed.
    """
    with transaction.atomic():
        change = Change.open(ticket_id, by=SYSTEM, at=at)
        ticket, latest = change.ticket, _get_latest_reply(change.ticket)
        is_silent = ticket.close_reason == CloseReason.SILENCE
        if latest is None or latest.pk != message_id:
            return
        is_first = _is_first(latest, ticket)
        if ticket.status == State.CLOSED and not is_silent:
            return
        if not (is_first or is_silent or ticket.status == State.WAITING):
            return
        if is_silent:
            _reopen(change, latest)
        if is_first:
            change.set(first_responded_at=None)
            change.record(EventKind.RESPONSE_LOST, {"message": latest.pk})
        change.set(unanswered_since=ticket.unanswered_since or change.at)
        if ticket.status == State.WAITING:
            status = apply_transition(change, "investigate")
            facts = {"status": status, "move": "investigate", "message": latest.pk}
            change.record(EventKind.STATUS_CHANGED, facts)
        change.touch()
        change.save()


def _get_latest_reply(ticket: Ticket) -> Message | None:
    replies = Message.objects.filter(ticket=ticket, agent__isnull=False)
    return replies.order_by("-created_at", "-pk").first()


def _is_first(reply: Message, ticket: Ticket) -> bool:
    """Return True if no earlier reply counts as the first response."""
    responded_at = ticket.first_responded_at
    return responded_at is not None and responded_at >= reply.created_at


def _reopen(change: Change, reply: Message) -> None:
    status = apply_transition(change, "reopen")
    facts = {"status": status, "lost": reply.pk} | update_coverage(change)
    change.record(EventKind.TICKET_REOPENED, facts)


def note_sent_again(change: Change, message: Message, *, to: str, is_reply: bool = True) -> None:
    """Record that a message that didn't arrive is sent again, as part of a change.

    A reply that is the newest message answers the requester from now on, and a ticket that its
    failure gave back waits for them again. to: the addresses or the name that it goes to. is_reply:
    False for what goes to others than the requester.
    """
    ticket = change.ticket
    facts: dict[str, object] = {"message": message.pk, "to": to}
    if is_reply and ticket.status != State.CLOSED and _is_newest(message, ticket):
        facts |= {"answers": True, "is_first": ticket.first_responded_at is None}
        change.set(first_responded_at=ticket.first_responded_at or change.at, unanswered_since=None)
        if ticket.status == State.INVESTIGATING and _was_given_back(message, ticket):
            facts["status"] = apply_transition(change, "wait_for_customer")
        change.touch()
    change.record(EventKind.REPLY_SENT_AGAIN, facts)


def _is_newest(message: Message, ticket: Ticket) -> bool:
    newest = Message.objects.filter(ticket=ticket, is_automatic=False).order_by("-pk").first()
    return newest is not None and newest.pk == message.pk


def _was_given_back(message: Message, ticket: Ticket) -> bool:
    """Return True if the failure of this reply was the last change of the ticket's status."""
    moves = TicketEvent.objects.filter(ticket=ticket, kind=EventKind.STATUS_CHANGED)
    last = moves.order_by("-pk").values_list("data", flat=True).first()
    return last is not None and last.get("message") == message.pk
