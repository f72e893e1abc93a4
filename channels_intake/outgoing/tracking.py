"""Delivery reports of mail providers on sent emails."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accounts.tenancy import desk_scope, system_scope
from channels_intake.models import MailState, OutgoingEmail
from channels_intake.outgoing.errors import OWN_REASONS
from tickets.actors import SYSTEM
from tickets.changes import record
from tickets.events import EventKind
from tickets.sentences.reasons import ReasonCode, make_reason

DELIVERED = {"delivered"}
FAILED = {"bounced", "rejected", "failed"}
MAX_ERROR_CHARS = 2000
MAX_EVENT_REASON_CHARS = 300


def record_tracking_event(*, event_type: str, provider_id: str, why: str, at: datetime) -> None:
    """Mark an email as delivered or failed, once. Ignore unknown emails and other events.

    event_type: Anymail's normalized kind. A delivered email may still bounce; a failed one stays
    failed.
    """
    # PostgreSQL stores no NUL.
    provider_id, why = provider_id.replace("\x00", ""), why.replace("\x00", "")
    if event_type not in DELIVERED | FAILED or not provider_id:
        return
    with system_scope("find the desk of a sent email that a provider reports on"):
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
            mark_failed(mail, reason=why, at=at)


def mark_delivered(mail: OutgoingEmail, *, at: datetime) -> None:
    """Record that the recipient's server accepted a locked email."""
    mail.state = MailState.DELIVERED
    mail.sent_at = mail.sent_at or at
    mail.save(update_fields=["state", "sent_at"])
    _record(mail, EventKind.MAIL_DELIVERED, {}, at=at)


def mark_delayed(mail: OutgoingEmail, *, reason: str, reporter: str, at: datetime) -> None:
    """Record that the recipient's server has not accepted an email yet and keeps trying."""
    facts: dict[str, object] = {"why": reason[:MAX_EVENT_REASON_CHARS], "reporter": reporter}
    _record(mail, EventKind.MAIL_DELAYED, facts, at=at)


def mark_failed(
    mail: OutgoingEmail,
    *,
    reason: str,
    at: datetime,
    reporter: str = "",
    deliver_inline: bool = False,
) -> None:
    """Record that a locked email will never arrive.

    reason: the server's words, or a code of errors.py. reporter: From of the delivery report that
    said so. deliver_inline: as in Change.save.
    """
    mail.state = MailState.FAILED
    mail.last_error = reason[:MAX_ERROR_CHARS]
    mail.save(update_fields=["state", "last_error"])
    if reason in OWN_REASONS:
        facts: dict[str, object] = {"reason": make_reason(ReasonCode(reason))}
    else:
        facts = {"why": reason[:MAX_EVENT_REASON_CHARS]}
    if reporter:
        facts["reporter"] = reporter
    _record(mail, EventKind.MAIL_FAILED, facts, at=at, deliver_inline=deliver_inline)


def _record(
    mail: OutgoingEmail,
    kind: EventKind,
    facts: dict[str, object],
    *,
    at: datetime,
    deliver_inline: bool = False,
) -> None:
    record(
        ticket=mail.ticket,
        kind=kind,
        by=SYSTEM,
        at=at,
        channel="email",
        data={"mail": mail.pk, "to": mail.to_address, "mail_kind": mail.kind, **facts},
        deliver_inline=deliver_inline,
    )
