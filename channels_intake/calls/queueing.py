"""Storage of calls, with the change that causes them, and the queueing of their sending."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from channels_intake.models import CallKind, OutgoingCall
from tickets.queueing import Queue, TaskName, queue_once_after_commit

SEND = TaskName("channels_intake.tasks.send_calls", queue=Queue.BULK)
SEND_URGENT = TaskName("channels_intake.tasks.send_urgent_calls", queue=Queue.INTERACTIVE)
GIVE_UP_AFTER = timedelta(days=3)


def queue_call(
    *,
    desk_id: int,
    kind: CallKind,
    connection_id: int,
    key: str,
    at: datetime,
    body: Mapping[str, Any],
    path: str = "",
    method: str = "POST",
    lane: str = "",
    data: Mapping[str, Any] | None = None,
    ticket_id: int | None = None,
    is_urgent: bool = False,
    gives_up_at: datetime | None = None,
    attempts: int = 0,
) -> bool:
    """Store a call and send it after the commit. Return False if the key is stored already.

    The arguments are the fields of OutgoingCall. is_urgent: someone is waiting for it; other work
    never delays it. attempts: those of an earlier call, one of which may have arrived.
    """
    _call, is_new = OutgoingCall.objects.get_or_create(
        desk_id=desk_id,
        key=key,
        defaults={
            "kind": kind,
            "connection_id": connection_id,
            "lane": lane,
            "ticket_id": ticket_id,
            "is_urgent": is_urgent,
            "method": method,
            "path": path,
            "body": dict(body),
            "data": dict(data or {}),
            "attempts": attempts,
            "next_try_at": at,
            "gives_up_at": gives_up_at or at + GIVE_UP_AFTER,
            "created_at": at,
        },
    )
    if is_new:
        queue_sending(desk_id, is_urgent=is_urgent)
    return is_new


def queue_sending(desk_id: int, *, is_urgent: bool) -> None:
    """Have the calls of a desk sent after the commit."""
    queue_once_after_commit(SEND_URGENT if is_urgent else SEND, desk_id=desk_id)
