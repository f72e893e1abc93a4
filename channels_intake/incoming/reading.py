"""Processing of stored messages: claim the row, parse it, find its desk, accept it.

Safe to run twice.

A try is counted in a transaction of its own before the work begins, so that an email that kills its
worker is counted too. After MAX_ATTEMPTS it fails, and the others continue.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.database.rows import fetch_prepared
from accounts.failures import capture_failure
from accounts.tenancy import system_scope
from channels_intake.incoming.destinations import (
    Destination,
    choose_destinations,
    list_forms,
    normalize_all,
)
from channels_intake.incoming.duplicates import is_duplicate_error
from channels_intake.incoming.mail import accept_mail
from channels_intake.incoming.sql import CLAIM, CLAIMED, DESK, DUE, LOCK, MAILBOX
from channels_intake.incoming.store import store_inbound
from channels_intake.mailboxes import verify_by_arrival
from channels_intake.mime.envelope import MEBIBYTE, Envelope, Limits
from channels_intake.mime.parsing import parse_message
from channels_intake.mime.text import one_line
from channels_intake.models import InboundMessage, InboundState, Mailbox
from channels_intake.providers.errors import UnreadableError
from channels_intake.providers.registry import translate
from channels_intake.reasons import InboundReason

PAUSES = [timedelta(seconds=s) for s in (15, 120, 600, 3600)]
MAX_ATTEMPTS = len(PAUSES) + 1
MAX_ADDRESSES_SHOWN = 5


def process_inbound(*, inbound_id: int, at: datetime) -> bool:
    """Process one stored row. A failure is recorded on it and retried with backoff.

    Return False if there was nothing to do: it is done, not due, or another worker has it.
    """
    with system_scope("process a stored message to find its desk"):
        inbound = _claim(inbound_id, at=at)
        if inbound is None:
            return False
        with capture_failure(
            lambda error: _record_failure(inbound_id, error),
            event="inbound_failed",
            inbound=inbound_id,
        ):
            _process_or_fail(inbound, at=at)
    return True


def _process_or_fail(inbound: InboundMessage, *, at: datetime) -> None:
    try:
        envelope, recipients = read_envelope(inbound)
        try:
            _process(inbound, envelope, recipients, at=at)
        except IntegrityError as error:
            if not is_duplicate_error(error):
                raise
            _process(inbound, envelope, recipients, at=at)  # now it is recognized as a duplicate
    except UnreadableError as error:
        waiting = InboundMessage.objects.filter(pk=inbound.pk, state=InboundState.RECEIVED)
        waiting.update(state=InboundState.FAILED, reason=error.reason.value, reason_data=error.data)


def list_due(at: datetime, limit: int, *, per_desk: int | None = None) -> list[int]:
    """Return the IDs of stored rows that are due: oldest first, one of each desk in turn.

    per_desk: at most this many per desk. Rows without a known desk count as one desk.
    """
    asked = {"at": at, "most": limit, "share": per_desk or limit}
    with system_scope("find stored messages that no task has processed"):
        return [row["id"] for row in fetch_prepared(DUE, asked)]


def _claim(inbound_id: int, *, at: datetime) -> InboundMessage | None:
    """Count the attempt and return the row.

    None if it is done, not due, locked, or out of attempts.
    """
    parameters: dict[str, Any] = {
        "id": inbound_id,
        "at": at,
        "pauses": PAUSES,
        "most": MAX_ATTEMPTS,
        "died": InboundReason.WORKER_DIED.value,
    }
    rows = fetch_prepared(CLAIM, parameters)
    claimed = CLAIMED.load(rows[0]) if rows else None
    return claimed if claimed and claimed.state == InboundState.RECEIVED else None


@transaction.atomic
def _process(
    inbound: InboundMessage, envelope: Envelope, recipients: tuple[str, ...], *, at: datetime
) -> None:
    by_server = normalize_all(recipients)
    by_headers = normalize_all([*envelope.recipients, *envelope.named])
    mailboxes = _lock(inbound.pk, [*by_server, *by_headers])
    if mailboxes is None:
        return
    destinations = choose_destinations(by_server, by_headers, mailboxes)
    if not destinations:
        addresses = normalize_all([*recipients, *envelope.recipients])
        verified = verify_by_arrival(addresses, envelope.body_text, at=at)
        _fail_without_mailbox(inbound, envelope, recipients, verified)
        return
    for other in destinations[1:]:
        _store_copy(inbound, other, at=at)
    first = destinations[0]
    if first.mailbox.desk.is_suspended:
        _wait_for_desk(inbound, first.mailbox)
        return
    accept_mail(
        inbound,
        envelope,
        mailbox=first.mailbox,
        tokens=first.tokens,
        mailboxes=first.mailboxes,
        at=at,
    )


def _lock(inbound_id: int, addresses: list[str]) -> list[Mailbox] | None:
    """Lock the row until its result is saved. Return the mailboxes with these addresses.

    None if another worker has the row, or has just processed it.
    """
    rows = fetch_prepared(LOCK, {"id": inbound_id, "addresses": list_forms(addresses)})
    mailboxes = []
    for row in rows:
        mailbox, desk = MAILBOX.load(row), DESK.load(row)
        if mailbox is not None and desk is not None:
            mailbox.desk = desk
            mailboxes.append(mailbox)
    return mailboxes if rows else None


def _wait_for_desk(inbound: InboundMessage, mailbox: Mailbox) -> None:
    """Hold email for a suspended desk. It is due as soon as the desk is active again."""
    inbound.desk_id, inbound.mailbox, inbound.attempts = mailbox.desk_id, mailbox, 0
    inbound.next_try_at = inbound.received_at
    inbound.reason, inbound.reason_data = InboundReason.DESK_SUSPENDED, {}
    inbound.save(
        update_fields=["desk", "mailbox", "attempts", "next_try_at", "reason", "reason_data"]
    )


def read_envelope(inbound: InboundMessage) -> tuple[Envelope, tuple[str, ...]]:
    """Return the normal form of a stored row, and the SMTP recipients as far as they are known.

    Raises UnreadableError.
    """
    mail = translate(inbound.provider, bytes(inbound.raw), inbound.content_type)
    largest = settings.MAX_ATTACHMENT_BYTES
    envelope = parse_message(
        mail.raw,
        limits=Limits(max_file_bytes=largest, max_total_bytes=max(2 * largest, 50 * MEBIBYTE)),
        authentication=mail.authentication,
        envelope_sender=inbound.envelope_sender or mail.envelope_sender,
        trusted_authserv_ids=settings.TRUSTED_AUTHSERV_IDS,
        most_results=settings.AUTHENTICATION_HEADERS,
    )
    recipient = inbound.envelope_recipient
    return envelope, (recipient,) if recipient else mail.recipients


def _store_copy(inbound: InboundMessage, other: Destination, *, at: datetime) -> None:
    """Store a separate row for each further desk that an email is addressed to."""
    store_inbound(
        provider=inbound.provider,
        raw=bytes(inbound.raw),
        content_type=inbound.content_type,
        at=at,
        envelope_recipient=other.address,
        envelope_sender=inbound.envelope_sender,
        desk_id=other.mailbox.desk_id,
    )


def _fail_without_mailbox(
    inbound: InboundMessage,
    envelope: Envelope,
    recipients: tuple[str, ...],
    verified: Mailbox | None,
) -> None:
    """Keep email that is for no desk. verified: the mailbox that this email's code verified."""
    inbound.state = InboundState.FAILED
    inbound.sender, inbound.subject = envelope.sender.email[:254], envelope.subject[:250]
    inbound.rfc_message_id = envelope.message_id[:250]
    if verified is not None:
        inbound.reason = InboundReason.VERIFIED_MAILBOX
        inbound.reason_data = {"address": verified.address}
    else:
        addresses = [*recipients, *envelope.recipients][:MAX_ADDRESSES_SHOWN]
        inbound.reason = InboundReason.NO_MAILBOX
        inbound.reason_data = {"address": one_line(", ".join(addresses), 500) or "–"}
    inbound.save(
        update_fields=["state", "sender", "subject", "rfc_message_id", "reason", "reason_data"]
    )


def _record_failure(inbound_id: int, error: str) -> None:
    """Store the error on the row. After the last attempt, the row fails."""
    waiting = InboundMessage.objects.filter(pk=inbound_id, state=InboundState.RECEIVED)
    waiting.update(reason=InboundReason.ERROR.value, reason_data={"error": error})
    waiting.filter(attempts__gte=MAX_ATTEMPTS).update(state=InboundState.FAILED)
