"""Reaction to replies that never arrive: their tickets stop waiting for the customer."""

from __future__ import annotations

from django.db import transaction

from channels_intake.models import MailKind, MailState, OutgoingEmail
from tickets.actors import SYSTEM
from tickets.changes import Change
from tickets.events import EventKind, Followers
from tickets.models import Message, State, TicketEvent
from tickets.rules.transitions import apply_transition

REPLIES = (MailKind.REPLY, MailKind.PHONE)


def end_wait(event: TicketEvent) -> None:
    """Give a waiting ticket back to its agent if its requester didn't get the latest reply.

    They can't answer what they never read, so no reminder is sent and silence doesn't close it.
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
        latest = replies.order_by("-created_at", "-pk").values_list("pk", flat=True).first()
        is_latest = mail.contact_id == ticket.contact_id and mail.message_id == latest
        if not is_latest or ticket.status != State.WAITING:
            return
        status = apply_transition(change, "investigate")
        change.set(unanswered_since=ticket.unanswered_since or change.at)
        change.touch()
        change.record(EventKind.STATUS_CHANGED, {"status": status, "move": "investigate"})
        change.save()


LATER: Followers = {EventKind.MAIL_FAILED: end_wait}
