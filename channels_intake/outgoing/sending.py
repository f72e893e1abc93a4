"""Sending the mails that were written: once each as far as mail allows, in order within a ticket.

A try is counted before the mail leaves, in a transaction of its own, and the row says until when nobody else may
try. A kill between the server's 250 and our commit sends the same mail again under the same Message-ID.
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

from channels_intake.mime.automatic import OWN_HEADER
from channels_intake.models import MailKind, MailState, OutgoingEmail
from channels_intake.outgoing.composing import split_attachments
from channels_intake.outgoing.errors import SEND_ERRORS, Refusal, classify_send_error
from channels_intake.outgoing.tracking import mark_failed
from tickets import events
from tickets.actors import SYSTEM
from tickets.failures import capture_failure
from tickets.queueing import deliver_inline

log = structlog.get_logger(__name__)

BATCH = 50
FIRST_RETRY_DELAY = timedelta(
    seconds=60
)  # longer than a mail server is waited for (EMAIL_SEND_SECONDS)
MAX_RETRY_DELAY = timedelta(minutes=8)
GIVE_UP_AFTER = timedelta(days=3)
MAX_FAULTS = 5  # tries of a mail that fails by a fault of ours
MAX_RUN_TIME = timedelta(
    seconds=50
)  # of sending in one go, well within a task's time limit; the sweep goes on

_MEDIA_TYPE = re.compile(r"(?!message/|multipart/)[a-z]+/[a-z0-9.+-]{1,100}")


def send_mails(mail_ids: Iterable[int], *, at: datetime) -> int:
    """Send these mails, and what waits behind them in their tickets; gives how many were sent.

    It stops after MAX_RUN_TIME: what is left is due, and the sweep finds it.
    """
    now = _run_clock(at)
    return sum(
        _send_chain(mail_id, now=now, until=at + MAX_RUN_TIME) for mail_id in sorted(mail_ids)
    )


def send_due(*, desk_id: int, at: datetime) -> int:
    """Try up to BATCH due mails of the desk, the oldest of each ticket and person; gives how many were tried.

    It stops after MAX_RUN_TIME, as send_mails does.
    """
    due = _waiting(at).filter(~Exists(_earlier()), desk_id=desk_id).order_by("next_try_at", "pk")
    now, tried = _run_clock(at), 0
    for mail_id in list(due.values_list("pk", flat=True)[:BATCH]):
        if now() - at >= MAX_RUN_TIME:
            break
        _send_chain(mail_id, now=now, until=at + MAX_RUN_TIME)
        tried += 1
    return tried


def _run_clock(at: datetime) -> Callable[[], datetime]:
    """The time, in whole seconds on from ``at``. A mail is taken until some seconds after the moment of its own
    try: counted from the start of a long run, that would be over while the mail is still on its way."""
    started = time.monotonic()
    return lambda: at + timedelta(seconds=int(time.monotonic() - started))


def _waiting(at: datetime) -> QuerySet[OutgoingEmail]:
    return OutgoingEmail.objects.filter(state=MailState.QUEUED, next_try_at__lte=at)


def _earlier() -> QuerySet[OutgoingEmail]:
    """What has to go to the same person about the same ticket before."""
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
        behind = _waiting(now()).filter(
            ticket=mail.ticket_id, contact=mail.contact_id, pk__gt=mail.pk
        )
        mail_id = behind.order_by("pk").values_list("pk", flat=True).first()
    return sent


def _claim(mail_id: int, *, at: datetime) -> OutgoingEmail | None:
    """Count the try and take the mail until its next one; None when it is not due or an earlier one waits."""
    with transaction.atomic():
        free = OutgoingEmail.objects.select_for_update(of=("self",), skip_locked=True)
        mail = (
            free.select_related("ticket__desk", "message")
            .filter(~Exists(_earlier()), pk=mail_id, state=MailState.QUEUED, next_try_at__lte=at)
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
    """Try a claimed mail; gives whether it is done with. What nobody expected stops no other mail: it is kept with
    this one, and after MAX_FAULTS tries the mail has failed (reliability.md, fault 18)."""
    is_done = False

    def keep(why: str) -> None:
        nonlocal is_done
        is_done = _refused(mail, Refusal(mail.attempts >= MAX_FAULTS, why), at=at)

    with capture_failure(keep, event="mail_fault", mail=mail.pk):
        is_done = _try(mail, at=at)
    return is_done


def _try(mail: OutgoingEmail, *, at: datetime) -> bool:
    """Hand a claimed mail to the backend; gives whether it is done with, sent or failed for good."""
    try:
        message = build_message(mail)
        count = message.send()
    except SEND_ERRORS as error:
        return _refused(mail, classify_send_error(error), at=at)
    if not count:
        return _refused(mail, Refusal(False, "The mail backend sent nothing."), at=at)
    status = getattr(message, "anymail_status", None)
    provider_id = (
        str(status.message_id) if status is not None and status.message_id is not None else ""
    )
    with deliver_inline():
        _mark_sent(mail, provider_id=provider_id, at=at)
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
            return  # the provider's own report was faster, or another worker
        data = {"mail": mail.pk, "to": mail.to_address, "mail_kind": mail.kind}
        kind = events.EventKind.MAIL_SENT
        events.record(ticket=mail.ticket, kind=kind, by=SYSTEM, at=at, channel="email", data=data)


def _refused(mail: OutgoingEmail, refusal: Refusal, *, at: datetime) -> bool:
    """Note why; gives whether the mail is done with."""
    for_good = refusal.for_good or at - mail.created_at > GIVE_UP_AFTER
    log.warning("mail_refused", mail=mail.pk, for_good=for_good, why=refusal.why)
    queued = OutgoingEmail.objects.filter(pk=mail.pk, state=MailState.QUEUED)
    with deliver_inline(), transaction.atomic():
        if queued.update(last_error=refusal.why) and for_good:
            mark_failed(mail, why=refusal.why, at=at)
    return for_good


def build_message(mail: OutgoingEmail) -> EmailMultiAlternatives:
    """The mail as it leaves, always under the same Message-ID. Raises OSError when storage cannot give a file."""
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.body_text,
        from_email=mail.from_address,
        to=[mail.to_address],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers=make_headers(mail),
    )
    if mail.body_html:
        message.attach_alternative(mail.body_html, "text/html")
    for file in split_attachments(mail.message_id)[0]:
        with file.file.open("rb") as stored:
            kind = (
                file.content_type
                if _MEDIA_TYPE.fullmatch(file.content_type)
                else "application/octet-stream"
            )
            message.attach(file.name, stored.read(), kind)
    return message


def make_headers(mail: OutgoingEmail) -> dict[str, str]:
    """Identity, thread (RFC 5322, 3.6.4), and the marks that keep machines from answering (RFC 3834)."""
    headers = {
        "Message-ID": f"<{mail.rfc_message_id}>",
        OWN_HEADER: mail.ticket.desk.slug,
        "X-PM-KeepID": "true",  # else Postmark puts a Message-ID of its own
    }
    if mail.in_reply_to:
        headers["In-Reply-To"] = f"<{mail.in_reply_to}>"
    if mail.references:
        headers["References"] = " ".join(f"<{i}>" for i in mail.references)
    if mail.kind != MailKind.REPLY:
        headers["Auto-Submitted"] = "auto-replied"
        headers["X-Auto-Response-Suppress"] = "All"
    return headers
