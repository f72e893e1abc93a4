"""Identity of a stored email, to detect duplicates.

A Message-ID alone isn't enough: anyone can reuse one.
"""

from __future__ import annotations

import hashlib

from django.db import IntegrityError, transaction

from channels_intake.mime.envelope import Envelope
from channels_intake.models import InboundMessage, InboundState, Mailbox
from channels_intake.reasons import InboundReason

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
    """Hash author, subject, date, texts and files: two emails with one Message-ID can differ."""
    digest = hashlib.sha256()
    date = envelope.date.isoformat() if envelope.date else ""
    for text in (
        envelope.sender.email,
        envelope.subject,
        date,
        envelope.body_text,
        envelope.body_html,
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


def link_duplicate(inbound: InboundMessage) -> None:
    """Link a duplicate to the ticket and message of the first email."""
    first = InboundMessage.objects.defer("raw").get(
        mailbox=inbound.mailbox,
        rfc_message_id=inbound.rfc_message_id,
        content_hash=inbound.content_hash,
        state__in=[InboundState.PROCESSED, InboundState.QUARANTINED],
    )
    inbound.ticket_id, inbound.message_id = first.ticket_id, first.message_id
    inbound.reason, inbound.reason_data = InboundReason.DUPLICATE, {}
    inbound.save(update_fields=["ticket", "message", "reason", "reason_data"])
