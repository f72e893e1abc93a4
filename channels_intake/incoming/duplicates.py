"""Identity of a stored email, to detect duplicates.

A Message-ID alone isn't enough: anyone can reuse one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from django.db import IntegrityError, connection, transaction

from accounts.database.rows import prepared_cursor
from channels_intake.incoming.sql import RESULT, SAVE_RESULT
from channels_intake.mime.envelope import Envelope
from channels_intake.models import ONCE_PER_DESK, InboundMessage, InboundState, Mailbox
from channels_intake.reasons import InboundReason
from tickets.services import add_recipients

_IDENTITY_FIELDS = [
    "desk",
    "mailbox",
    "sender",
    "subject",
    "rfc_message_id",
    "content_hash",
    "authentication",
    "automatic",
    "state",
]
_RESULT_FIELDS = {
    field.attname: field
    for field in InboundMessage._meta.concrete_fields
    if field.attname in RESULT
}


def hash_content(envelope: Envelope) -> str:
    """Hash author, subject, date, texts and files: two emails with one Message-ID can differ.

    A device that writes neither Message-ID nor Date sends equal alarms, in which only the Received
    lines differ.
    """
    digest = hashlib.sha256()
    date = envelope.date.isoformat() if envelope.date else ""
    for text in (
        envelope.sender.email,
        envelope.subject,
        date,
        envelope.body_text,
        envelope.body_html,
        *envelope.received,
    ):
        digest.update(hashlib.sha256(text.encode("utf-8", "replace")).digest())
    for file in envelope.attachments:
        digest.update(hashlib.sha256(file.name.encode("utf-8", "replace")).digest())
        digest.update(hashlib.sha256(file.content).digest())
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Original:
    """An earlier email at the desk with the same identity, with its ticket and message.

    mailbox_id, address: of the mailbox that received it.
    """

    id: int
    ticket_id: int | None
    message_id: int | None
    side_message_id: int | None
    mailbox_id: int | None
    address: str | None


def build_original(row: Mapping[str, Any]) -> Original | None:
    """Return the original in a row of READ_ARRIVAL, or None."""
    found = Original(**{name: row[f"original__{name}"] for name in Original.__slots__})
    return found if found.id is not None else None


def identify(
    inbound: InboundMessage, envelope: Envelope, mailbox: Mailbox, content_hash: str
) -> None:
    """Set the desk and identity of the row, to be saved with the rest."""
    inbound.desk_id, inbound.mailbox = mailbox.desk_id, mailbox
    inbound.sender = envelope.sender.email[:254]
    inbound.subject = envelope.subject[:250]
    inbound.rfc_message_id = envelope.message_id[:250]
    inbound.content_hash = content_hash
    inbound.authentication = envelope.authentication.value
    inbound.automatic = envelope.automatic.value


def save_result(inbound: InboundMessage) -> None:
    """Save the result and the identity of the row in one statement.

    Waits for a worker that is saving an email with the same identity, and raises IntegrityError if
    it succeeds. Called in the system scope while the row has no desk yet.
    """
    values = {
        column: field.get_db_prep_save(getattr(inbound, column), connection)
        for column, field in _RESULT_FIELDS.items()
    }
    with prepared_cursor() as cursor:
        cursor.execute(SAVE_RESULT, values | {"id": inbound.pk})


def is_duplicate_error(error: IntegrityError) -> bool:
    """Return True if another worker has saved an email with the same identity."""
    cause = error.__cause__
    name = cause.diag.constraint_name if isinstance(cause, psycopg.IntegrityError) else None
    return name == ONCE_PER_DESK


def claim_identity(inbound: InboundMessage, envelope: Envelope, mailbox: Mailbox) -> bool:
    """Save the row's desk and identity. Return False if another row already has that identity.

    A second worker waits here for the first. Called in the system scope if the row belongs to no
    desk yet.
    """
    identify(inbound, envelope, mailbox, hash_content(envelope))
    inbound.state = InboundState.PROCESSED
    try:
        with transaction.atomic():
            inbound.save(update_fields=_IDENTITY_FIELDS)
    except IntegrityError:
        inbound.state = InboundState.DUPLICATE
        inbound.save(update_fields=_IDENTITY_FIELDS)
    return inbound.state == InboundState.PROCESSED


def find_original(inbound: InboundMessage) -> Original:
    """Return the email whose identity the row repeats."""
    first = (
        InboundMessage.objects.only("ticket", "message", "side_message", "mailbox__address")
        .select_related("mailbox")
        .get(
            desk=inbound.desk_id,
            rfc_message_id=inbound.rfc_message_id,
            content_hash=inbound.content_hash,
            state__in=[InboundState.PROCESSED, InboundState.QUARANTINED],
        )
    )
    address = first.mailbox.address if first.mailbox else None
    return Original(
        first.pk,
        first.ticket_id,
        first.message_id,
        first.side_message_id,
        first.mailbox_id,
        address,
    )


def link_duplicate(inbound: InboundMessage, original: Original, *, at: datetime) -> None:
    """Link a duplicate to the ticket and message of the first email, to be saved with the rest.

    If another mailbox of the desk received it, its message says so.
    """
    inbound.state = InboundState.DUPLICATE
    inbound.ticket_id, inbound.message_id = original.ticket_id, original.message_id
    inbound.side_message_id = original.side_message_id
    inbound.reason, inbound.reason_data = InboundReason.DUPLICATE, {}
    if original.message_id is None or original.address is None or inbound.mailbox is None:
        return
    if original.mailbox_id != inbound.mailbox_id:
        addresses = (original.address, inbound.mailbox.address)
        add_recipients(message_id=original.message_id, addresses=addresses, at=at)
