"""Which mail a stored row is: the same one twice is stated as a duplicate, never by its Message-ID alone."""

from __future__ import annotations

import hashlib

from django.db import IntegrityError, transaction

from channels_intake.mime.envelope import Envelope
from channels_intake.models import InboundMessage, InboundState, Mailbox


def hash_content(envelope: Envelope) -> str:
    """What tells two texts under one Message-ID apart: author, subject, date, texts and files."""
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
    """Give the row its desk and identity; False when another row has it. A second worker waits here for the first.

    Called in the system scope, since the row belongs to no desk yet.
    """
    inbound.desk_id, inbound.mailbox = mailbox.desk_id, mailbox
    inbound.sender = envelope.sender.email[:254]
    inbound.subject = envelope.subject[:250]
    inbound.rfc_message_id = envelope.message_id[:250]
    inbound.content_hash = hash_content(envelope)
    inbound.authentication = envelope.authentication.value
    inbound.automatic = envelope.automatic.value
    inbound.state = InboundState.PROCESSED
    fields = [
        "desk",
        "mailbox",
        "sender",
        "subject",
        "rfc_message_id",
        "content_hash",
        "authentication",
    ]
    try:
        with transaction.atomic():
            inbound.save(update_fields=[*fields, "automatic", "state"])
    except IntegrityError:
        inbound.state = InboundState.DUPLICATE
        inbound.save(update_fields=[*fields, "automatic", "state"])
    return inbound.state == InboundState.PROCESSED


def link_duplicate(inbound: InboundMessage) -> None:
    """Let a row whose identity another one has point to what came of that one."""
    first = InboundMessage.objects.defer("raw").get(
        mailbox=inbound.mailbox,
        rfc_message_id=inbound.rfc_message_id,
        content_hash=inbound.content_hash,
        state__in=[InboundState.PROCESSED, InboundState.QUARANTINED],
    )
    inbound.ticket_id, inbound.message_id = first.ticket_id, first.message_id
    inbound.reason = "The same mail had come before."
    inbound.save(update_fields=["ticket", "message", "reason"])
