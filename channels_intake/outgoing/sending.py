"""Sending of composed emails: each once, as far as email allows, in order within a ticket.

A try is counted in a transaction of its own before the email leaves, and the row stores until when
no other worker may try it. If a worker dies between the server's "250" and our commit, the same
email goes out again under the same Message-ID.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import structlog
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts.failures import capture_failure
from channels_intake.mime.addresses import quote_address
from channels_intake.mime.automatic import OWN_HEADER
from channels_intake.models import MailKind, MailState, OutgoingEmail
from channels_intake.outgoing.composing import split_attachments
from channels_intake.outgoing.errors import (
    NOTHING_SENT,
    SEND_ERRORS,
    SendFailure,
    classify_send_error,
)
from channels_intake.outgoing.tracking import mark_failed
from tickets.actors import SYSTEM
from tickets.changes import record
from tickets.events import EventKind

log = structlog.get_logger(__name__)

BATCH = 50
FIRST_RETRY_DELAY = timedelta(seconds=60)  # longer than one send may take (EMAIL_SEND_SECONDS)
MAX_RETRY_DELAY = timedelta(minutes=8)
GIVE_UP_AFTER = timedelta(days=3)
MAX_FAULTS = 5  # tries of an email that fails because of a bug
MAX_RUN_TIME = timedelta(seconds=50)  # well within a task's time limit; the sweep continues

_MEDIA_TYPE = re.compile(r"(?!message/|multipart/)[a-z]+/[a-z0-9.+-]{1,100}")


def send_mails(mail_ids: Iterable[int], *, at: datetime) -> int:
    """Send these emails and those queued behind them. Return how many were sent.

    Stops after MAX_RUN_TIME; what is left is due, and the sweep finds it.
    """
    now = _run_clock(at)
    return sum(
        _send_chain(mail_id, now=now, until=at + MAX_RUN_TIME) for mail_id in sorted(mail_ids)
    )


def send_due(*, desk_id: int, at: datetime) -> int:
    """Try up to BATCH due emails of the desk, the oldest per ticket and person. Return how many.

    Stops after MAX_RUN_TIME.
    """
    due = (
        _filter_due(at)
        .filter(~Exists(_filter_earlier()), desk_id=desk_id)
        .order_by("next_try_at", "pk")
    )
    now, tried = _run_clock(at), 0
    for mail_id in list(due.values_list("pk", flat=True)[:BATCH]):
        if now() - at >= MAX_RUN_TIME:
            break
        _send_chain(mail_id, now=now, until=at + MAX_RUN_TIME)
        tried += 1
    return tried


def _run_clock(at: datetime) -> Callable[[], datetime]:
    """Return a clock that starts at ``at`` and counts whole seconds.

    A claim lasts some seconds from the time of its own try. Counted from the start of a long run,
    it would end while the email is still on its way.
    """
    started = time.monotonic()
    return lambda: at + timedelta(seconds=int(time.monotonic() - started))


def _filter_due(at: datetime) -> QuerySet[OutgoingEmail]:
    return OutgoingEmail.objects.filter(state=MailState.QUEUED, next_try_at__lte=at)


def _filter_earlier() -> QuerySet[OutgoingEmail]:
    """Unsent emails that must go to the same person about the same ticket first."""
    return OutgoingEmail.objects.filter(
        ticket=OuterRef("ticket"),
        contact=OuterRef("contact"),
        state=MailState.QUEUED,
        pk__lt=OuterRef("pk"),
    )


def _send_chain(mail_id: int | None, *, now: Callable[[], datetime], until: datetime) -> int:
    sent = 0
    while mail_id is not None and (at := now()) < until:
        mail = _claim(mail_id, at=at)
        if mail is None or not _try_guarded(mail, at=at):
            break
        sent += mail.state == MailState.SENT
        behind = _filter_due(now()).filter(
            ticket=mail.ticket_id, contact=mail.contact_id, pk__gt=mail.pk
        )
        mail_id = behind.order_by("pk").values_list("pk", flat=True).first()
    return sent


def _claim(mail_id: int, *, at: datetime) -> OutgoingEmail | None:
    """Count a try and claim the email until the next one.

    Return None if it is not due, claimed by another worker, or behind an earlier one.
    """
    with transaction.atomic():
        free = OutgoingEmail.objects.select_for_update(of=("self",), skip_locked=True)
        mail = (
            free.select_related("ticket__desk", "message")
            .filter(
                ~Exists(_filter_earlier()), pk=mail_id, state=MailState.QUEUED, next_try_at__lte=at
            )
            .first()
        )
        if mail is None:
            return None
        mail.next_try_at = at + min(
            FIRST_RETRY_DELAY * 2 ** min(mail.attempts, 10), MAX_RETRY_DELAY
        )
        mail.attempts += 1
        mail.save(update_fields=["next_try_at", "attempts"])
    return mail


def _try_guarded(mail: OutgoingEmail, *, at: datetime) -> bool:
    """Try a claimed email. Return True if it needs no further try.

    An unexpected error stops no other email: it is stored with this one, which fails permanently
    after MAX_FAULTS tries (reliability.md, fault 18).
    """
    is_done = False

    def keep(reason: str) -> None:
        nonlocal is_done
        is_done = _record_failure(mail, SendFailure(mail.attempts >= MAX_FAULTS, reason), at=at)

    with capture_failure(keep, event="mail_fault", mail=mail.pk):
        is_done = _try(mail, at=at)
    return is_done


def _try(mail: OutgoingEmail, *, at: datetime) -> bool:
    """Pass a claimed email to the backend. Return True if it is sent or failed permanently."""
    try:
        message = build_message(mail)
        count = message.send()
    except SEND_ERRORS as error:
        return _record_failure(mail, classify_send_error(error), at=at)
    if not count:
        return _record_failure(mail, SendFailure(False, NOTHING_SENT), at=at)
    status = getattr(message, "anymail_status", None)
    provider_id = getattr(status, "message_id", None)
    _mark_sent(mail, provider_id="" if provider_id is None else str(provider_id), at=at)
    return True


def _mark_sent(mail: OutgoingEmail, *, provider_id: str, at: datetime) -> None:
    with transaction.atomic():
        mail.state = MailState.SENT
        mail.sent_at = at
        mail.provider_id = provider_id[:250]
        mail.last_error = ""
        queued = OutgoingEmail.objects.filter(pk=mail.pk, state=MailState.QUEUED)
        if not queued.update(
            state=mail.state, sent_at=at, provider_id=mail.provider_id, last_error=""
        ):
            return  # the provider's report or another worker was faster
        data = {"mail": mail.pk, "to": mail.to_address, "mail_kind": mail.kind}
        record(
            ticket=mail.ticket,
            kind=EventKind.MAIL_SENT,
            by=SYSTEM,
            at=at,
            channel="email",
            data=data,
            deliver_inline=True,
        )


def _record_failure(mail: OutgoingEmail, failure: SendFailure, *, at: datetime) -> bool:
    """Store why a try failed. Return True if the email needs no further try."""
    is_permanent = failure.is_permanent or at - mail.created_at > GIVE_UP_AFTER
    log.warning("mail_refused", mail=mail.pk, for_good=is_permanent, why=failure.reason)
    queued = OutgoingEmail.objects.filter(pk=mail.pk, state=MailState.QUEUED)
    with transaction.atomic():
        if queued.update(last_error=failure.reason) and is_permanent:
            mark_failed(mail, reason=failure.reason, at=at, deliver_inline=True)
    return is_permanent


def build_message(mail: OutgoingEmail) -> EmailMultiAlternatives:
    """Return the email to send, always under the same Message-ID.

    Raises OSError if storage cannot read an attached file.
    """
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.body_text,
        from_email=mail.from_address,
        to=[quote_address(mail.to_address)],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers=make_headers(mail),
    )
    if mail.body_html:
        message.attach_alternative(mail.body_html, "text/html")
    for file in split_attachments(mail.message_id)[0]:
        with file.file.open("rb") as stored:
            is_known = _MEDIA_TYPE.fullmatch(file.content_type)
            media_type = file.content_type if is_known else "application/octet-stream"
            message.attach(file.name, stored.read(), media_type)
    return message


def make_headers(mail: OutgoingEmail) -> dict[str, str]:
    """Return identity and thread (RFC 5322, 3.6.4), and what stops auto-replies (RFC 3834)."""
    headers = {
        "Message-ID": f"<{mail.rfc_message_id}>",
        OWN_HEADER: mail.ticket.desk.slug,
        "X-PM-KeepID": "true",  # otherwise Postmark sets its own Message-ID
    }
    if mail.in_reply_to:
        headers["In-Reply-To"] = f"<{mail.in_reply_to}>"
    if mail.references:
        headers["References"] = " ".join(f"<{i}>" for i in mail.references)
    if mail.kind != MailKind.REPLY:
        headers["Auto-Submitted"] = "auto-replied"
        headers["X-Auto-Response-Suppress"] = "All"
    return headers
