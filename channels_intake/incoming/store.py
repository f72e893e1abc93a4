"""Storage of raw messages before any processing (reliability.md, design rule 1)."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction

from accounts.tenancy import system_scope
from channels_intake.models import InboundMessage
from tickets.queueing import Queue, TaskName, send_after_commit

READ = TaskName("channels_intake.tasks.read_inbound", queue=Queue.INBOUND)


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
    """Store a raw message without a desk and queue its processing after the commit.

    desk_id: the desk whose address it was posted to, if any: its admins see what can't be read.
    enqueue: pass False if the caller processes it. Raises OperationalError or InterfaceError if the
    database is unavailable: in that case nothing is stored, and the sender must get an error.
    """
    with system_scope("store a message whose desk is not known yet"), transaction.atomic():
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
