"""Reaction to replies that never arrive: the customer still waits for them.

Their tickets stop waiting for the customer, and a first response doesn't count as one.
"""

from __future__ import annotations

from django.db import transaction

from channels_intake.models import MailKind, MailState, OutgoingEmail
from tickets.actors import SYSTEM
from tickets.changes import Change
from tickets.events import EventKind, Followers
from tickets.models import Message, State, TicketEvent
from tickets.rules.transitions import apply_transition

REPLIES = (MailKind.REPLY, MailKind.PHONE)


def follow_failure(event: TicketEvent) -> None:
    """Give an open ticket back to its agent if its requester didn't get the latest reply.

    They can't answer what they never read, so no reminder is sent and silence doesn't close it. If
    the reply was the first response, its clock runs on.
    """
    failed = OutgoingEmail.objects.filter(
        pk=event.data["mail"], kind__in=REPLIES, state=MailState.FAILED
    )
    mail = failed.only("message_id", "contact_id").first()
    if mail is None or mail.message_id is None:
        return
    with transaction.atomic():
        change = Change.open(event.ticket_id, by=SYSTEM, at=event.at)
        ticket = change.ticket
        replies = Message.objects.filter(ticket=ticket, agent__isnull=False)
        latest = replies.order_by("-created_at", "-pk").first()
        if latest is None or mail.message_id != latest.pk or mail.contact_id != ticket.contact_id:
            return
        is_first = latest.created_at == ticket.first_responded_at
        if ticket.status == State.CLOSED or not (is_first or ticket.status == State.WAITING):
            return
        if is_first:
            change.set(first_responded_at=None)
            change.record(EventKind.RESPONSE_LOST, {"message": latest.pk})
        change.set(unanswered_since=ticket.unanswered_since or change.at)
        if ticket.status == State.WAITING:
            status = apply_transition(change, "investigate")
            change.record(EventKind.STATUS_CHANGED, {"status": status, "move": "investigate"})
        change.touch()
        change.save()


LATER: Followers = {EventKind.MAIL_FAILED: follow_failure}
