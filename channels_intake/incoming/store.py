"""Keeping what came in, before anybody looks into it (reliability.md, design rule 1)."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction

from accounts.tenancy import system_scope
from channels_intake.models import InboundMessage
from tickets.queueing import send_after_commit

READ = "channels_intake.tasks.read_inbound"


def store_inbound(
    *,
    provider: str,
    raw: bytes,
    content_type: str,
    at: datetime,
    envelope_recipient: str = "",
    envelope_sender: str = "",
    desk_id: int | None = None,
    enqueue: bool = True,
) -> InboundMessage:
    """Keep what came in as it is, of no desk yet, and hand out its reading after the commit.

    desk_id: the desk whose address it was posted to, when it was one: its admin sees what cannot be read.
    enqueue: False when the caller reads it itself. Raises OperationalError or InterfaceError when the database
    is away: then nothing is kept, and whoever brought it must be told so.
    """
    with system_scope("keep what came in before its desk is known"), transaction.atomic():
        inbound = InboundMessage.objects.create(
            desk_id=desk_id,
            provider=provider,
            raw=raw,
            content_type=content_type[:200],
            sha256=hashlib.sha256(raw).hexdigest(),
            envelope_recipient=envelope_recipient[:254],
            envelope_sender=envelope_sender[:254],
            received_at=at,
            next_try_at=at,
        )
        if enqueue:
            send_after_commit(READ, inbound_id=inbound.pk)
    return inbound
