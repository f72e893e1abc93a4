"""Emails of messages that could not be delivered, sent again: each once per failure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.matching import canonicalize_address
from accounts.models import Agent
from channels_intake.models import MailState, OutgoingEmail
from channels_intake.outgoing.bounces import REPLIES
from channels_intake.outgoing.holding import queue_mails
from tickets.actors import Actor
from tickets.changes import Change
from tickets.errors import ConflictError
from tickets.models import Message, Participant, Ticket
from tickets.services import note_sent_again
from tickets.services.common import require_writer


def send_mails_again(*, message: Message, agent: Agent, at: datetime) -> None:
    """Queue the emails of a message that failed, to the addresses that their recipients have now.

    Only to people who still get the ticket's emails. Raises NotAllowedError, and ConflictError if
    none has failed anymore, or none can be sent.
    """
    by = Actor.of(agent)
    require_writer(by)
    with transaction.atomic():
        change = Change.open(message.ticket_id, by=by, at=at)
        mails = _list_sendable(_lock_failed(message), change.ticket)
        for mail in mails:
            requeue_mail(mail, at=at)
        to = ", ".join(mail.to_address for mail in mails)
        is_reply = any(
            mail.kind in REPLIES and mail.contact_id == change.ticket.contact_id for mail in mails
        )
        note_sent_again(change, message, to=to, is_reply=is_reply)
        change.save()
        queue_mails(mails)


def _lock_failed(message: Message) -> list[OutgoingEmail]:
    failed = OutgoingEmail.objects.filter(message=message, state=MailState.FAILED)
    locked = failed.select_for_update(of=("self",)).select_related("contact__user")
    mails = list(locked.order_by("pk"))
    if not mails:
        raise ConflictError(_("This message didn't fail, or is already being sent again."))
    return mails


def _list_sendable(mails: Iterable[OutgoingEmail], ticket: Ticket) -> list[OutgoingEmail]:
    """Return the emails to people who are still on the ticket and have an address."""
    followers = Participant.objects.filter(ticket=ticket).values_list("contact_id", flat=True)
    people = {ticket.contact_id, *followers}
    found = [
        mail
        for mail in mails
        if mail.contact is not None and mail.contact_id in people and mail.contact.can_get_email
    ]
    if not found:
        raise ConflictError(_("The recipient no longer gets emails about this ticket."))
    return found


def requeue_mail(mail: OutgoingEmail, *, at: datetime) -> None:
    """Have a locked email sent again, with its full time, under the same Message-ID."""
    if mail.contact is not None:
        mail.to_address = mail.contact.email
        mail.to_canonical = canonicalize_address(mail.contact.email)
    mail.state, mail.attempts, mail.claimed_until = MailState.QUEUED, 0, None
    mail.last_error = mail.provider_id = ""
    mail.next_try_at = mail.created_at = at
    mail.save(
        update_fields=[
            "to_address",
            "to_canonical",
            "state",
            "attempts",
            "claimed_until",
            "last_error",
            "provider_id",
            "next_try_at",
            "created_at",
        ]
    )
