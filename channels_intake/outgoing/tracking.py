"""What became of a sent mail, as the provider tells it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accounts.tenancy import desk_scope, system_scope
from channels_intake.models import MailState, OutgoingEmail
from tickets import events
from tickets.actors import SYSTEM

DELIVERED = {"delivered"}
FAILED = {"bounced", "rejected", "failed"}


def record_tracking_event(*, event_type: str, provider_id: str, why: str, at: datetime) -> None:
    """Mark the mail delivered or failed, once; events of other mails and other kinds change nothing.

    event_type: Anymail's normalised kind. A mail that was delivered may still bounce later, a failed one stays.
    """
    provider_id, why = (
        provider_id.replace("\x00", ""),
        why.replace("\x00", ""),
    )  # PostgreSQL holds none
    if event_type not in DELIVERED | FAILED or not provider_id:
        return
    with system_scope("find the desk of a sent mail that a provider reports on"):
        own_id = Q(rfc_message_id=provider_id.strip("<>"))
        found = (
            OutgoingEmail.objects.filter(Q(provider_id=provider_id) | own_id)
            .values("pk", "desk_id")
            .first()
        )
    if found:
        with desk_scope(found["desk_id"]):
            _mark(found["pk"], is_delivered=event_type in DELIVERED, why=why, at=at)


def _mark(mail_id: int, *, is_delivered: bool, why: str, at: datetime) -> None:
    with transaction.atomic():
        mail = (
            OutgoingEmail.objects.select_for_update(of=("self",))
            .select_related("ticket")
            .filter(pk=mail_id)
            .first()
        )
        if mail is None:
            return
        if is_delivered and mail.state in {MailState.QUEUED, MailState.SENT}:
            mark_delivered(mail, at=at)
        elif not is_delivered and mail.state != MailState.FAILED:
            mark_failed(mail, why=why, at=at)


def mark_delivered(mail: OutgoingEmail, *, at: datetime) -> None:
    """Write down that the recipient's server took a locked mail."""
    mail.state = MailState.DELIVERED
    mail.sent_at = mail.sent_at or at
    mail.save(update_fields=["state", "sent_at"])
    data = {"mail": mail.pk, "to": mail.to_address}
    events.record(
        ticket=mail.ticket,
        kind=events.EventKind.MAIL_DELIVERED,
        by=SYSTEM,
        at=at,
        channel="email",
        data=data,
    )


def mark_failed(mail: OutgoingEmail, *, why: str, at: datetime) -> None:
    """Write down that a locked mail will never arrive."""
    mail.state = MailState.FAILED
    mail.last_error = why[:2000]
    mail.save(update_fields=["state", "last_error"])
    data = {"mail": mail.pk, "to": mail.to_address, "why": why[:300]}
    events.record(
        ticket=mail.ticket,
        kind=events.EventKind.MAIL_FAILED,
        by=SYSTEM,
        at=at,
        channel="email",
        data=data,
    )
