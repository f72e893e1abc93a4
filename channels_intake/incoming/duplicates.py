"""Identity of a stored email, to detect duplicates.

A Message-ID alone isn't enough: anyone can reuse one.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import IntegrityError, transaction

from channels_intake.mime.envelope import Envelope
from channels_intake.models import InboundMessage, InboundState, Mailbox
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


def claim_identity(inbound: InboundMessage, envelope: Envelope, mailbox: Mailbox) -> bool:
    """Give the row its desk and identity. Return False if another row already has that identity.

    A second worker waits here for the first. Called in the system scope, because the row belongs to
    no desk yet.
    """
    inbound.desk_id, inbound.mailbox = mailbox.desk_id, mailbox
    inbound.sender = envelope.sender.email[:254]
    inbound.subject = envelope.subject[:250]
    inbound.rfc_message_id = envelope.message_id[:250]
    inbound.content_hash = hash_content(envelope)
    inbound.authentication = envelope.authentication.value
    inbound.automatic = envelope.automatic.value
    inbound.state = InboundState.PROCESSED
    try:
        with transaction.atomic():
            inbound.save(update_fields=_IDENTITY_FIELDS)
    except IntegrityError:
        inbound.state = InboundState.DUPLICATE
        inbound.save(update_fields=_IDENTITY_FIELDS)
    return inbound.state == InboundState.PROCESSED


def link_duplicate(inbound: InboundMessage, *, at: datetime) -> None:
    """Link a duplicate to the ticket and message of the first email.

    If another mailbox of the desk received it, its message says so.
    """
    first = (
        InboundMessage.objects.defer("raw")
        .select_related("mailbox")
        .get(
            desk=inbound.desk_id,
            rfc_message_id=inbound.rfc_message_id,
            content_hash=inbound.content_hash,
            state__in=[InboundState.PROCESSED, InboundState.QUARANTINED],
        )
    )
    inbound.ticket_id, inbound.message_id = first.ticket_id, first.message_id
    inbound.reason, inbound.reason_data = InboundReason.DUPLICATE, {}
    inbound.save(update_fields=["ticket", "message", "reason", "reason_data"])
    _note_mailbox(inbound, first, at=at)


def _note_mailbox(inbound: InboundMessage, first: InboundMessage, *, at: datetime) -> None:
    """Note on the first email's message that another mailbox of the desk received it too."""
    if first.message_id is None or first.mailbox is None or inbound.mailbox is None:
        return
    if first.mailbox_id != inbound.mailbox_id:
        addresses = (first.mailbox.address, inbound.mailbox.address)
        add_recipients(message_id=first.message_id, addresses=addresses, at=at)
