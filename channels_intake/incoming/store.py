"""Storage of raw messages before any processing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import connection

from accounts.database.rows import fetch_prepared
from accounts.tenancy import release_connection, system_scope
from channels_intake.incoming.destinations import list_forms, normalize_all
from channels_intake.incoming.sql import DESK_OF_POST, STORE
from channels_intake.models import InboundMessage
from tickets.queueing import Queue, TaskName, queue_once, queue_once_after_commit

READ = TaskName("channels_intake.tasks.read_inbound", queue=Queue.INBOUND)
MAX_RECIPIENTS = 20  # of the SMTP envelope that are looked up before processing

_FIELDS = [field for field in InboundMessage._meta.concrete_fields if not field.primary_key]
_INSERT = STORE.format(
    columns=", ".join(field.attname for field in _FIELDS),
    values=", ".join(
        DESK_OF_POST if field.attname == "desk_id" else f"%({field.attname})s" for field in _FIELDS
    ),
)


def store_inbound(
    *,
    provider: str,
    raw: bytes,
    content_type: str,
    at: datetime,
    envelope_recipient: str = "",
    envelope_sender: str = "",
    desk_id: int | None = None,
    recipients: Iterable[str] = (),
    host: str = "",
    enqueue: bool = True,
) -> InboundMessage:
    """Store a raw message in one statement and queue its processing after the commit.

    desk_id: the desk whose address it was posted to, if any: its admins see what can't be read.
    Without one, it is the desk of a mailbox among the recipients, otherwise the desk of the host
    that it was posted to, otherwise none. Processing decides again. enqueue: pass False if the
    caller processes it. Raises OperationalError or InterfaceError if the database is unavailable:
    in that case nothing is stored, and the sender must get an error.
    """
    inbound = InboundMessage(
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
    hints = {
        "recipients": list_forms(normalize_all([*recipients][:MAX_RECIPIENTS])),
        "host": host.lower(),
    }
    _insert(inbound, hints)
    if enqueue and connection.in_atomic_block:
        queue_once_after_commit(READ)
    elif enqueue:  # without an on-commit hook, which would take a connection again
        queue_once(READ)
    return inbound


def _insert(inbound: InboundMessage, hints: Mapping[str, object]) -> None:
    """Insert a message, and set its ID and its desk."""
    values = {
        field.attname: field.get_db_prep_save(getattr(inbound, field.attname), connection)
        for field in _FIELDS
    }
    with system_scope("store a message whose desk is not known yet"):
        [row] = fetch_prepared(_INSERT, {**values, **hints})
        release_connection()  # a webhook is done with it; the next user sets its own role
    inbound.pk, inbound.desk_id, inbound._state.adding = row["id"], row["desk_id"], False
