"""Storage of webhooks, before any processing: only genuine ones, and each once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.utils.crypto import constant_time_compare

from accounts.logins.sealing import UnsealError
from channels_intake.code_hosts.signatures import is_genuine_github, is_genuine_gitlab
from channels_intake.models import CodeEvent, CodeHost, HostKind
from tickets.queueing import Queue, TaskName, queue_once_after_commit

PROCESS = TaskName("channels_intake.tasks.process_code_events", queue=Queue.INBOUND)
DELIVERY_HEADERS = ("X-GitHub-Delivery", "webhook-id", "Idempotency-Key", "X-Gitlab-Event-UUID")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,40}")
NAME_HEADERS = ("X-GitHub-Event", "X-Gitlab-Event")


class Receipt(StrEnum):
    """Outcome of receiving a webhook."""

    STORED = "stored"
    REPEATED = "repeated"
    REFUSED = "refused"


def find_hook(*, desk_id: int, token: str) -> CodeHost | None:
    """Return the desk's connection with this webhook URL, or None for an unknown one.

    The events of a paused repository are stored, too: hosts don't send them again.
    """
    if not _TOKEN.fullmatch(token):
        return None
    host = CodeHost.objects.filter(desk_id=desk_id, hook_token=token).first()
    return host if host and constant_time_compare(host.hook_token, token) else None


def receive_event(
    host: CodeHost, *, headers: Mapping[str, str], body: bytes, at: datetime
) -> Receipt:
    """Store a genuine event and queue its processing. Nothing is stored of any other.

    headers: whose names have any case. A delivery ID or a body that is stored already is ignored.
    """
    if not _is_genuine(host, headers, body, at):
        return Receipt.REFUSED
    digest = hashlib.sha256(body).hexdigest()
    event = CodeEvent(
        desk_id=host.desk_id,
        host=host,
        delivery_id=(_get_first(headers, DELIVERY_HEADERS) or digest)[:100],
        name=_get_first(headers, NAME_HEADERS)[:60],
        raw=body,
        sha256=digest,
        received_at=at,
        next_try_at=at,
    )
    with transaction.atomic():
        CodeEvent.objects.bulk_create([event], ignore_conflicts=True)
        known = {"host": host, "sha256": digest, "delivery_id": event.delivery_id}
        is_new = CodeEvent.objects.filter(**known, received_at=at).exists()
        if is_new:
            CodeHost.objects.filter(pk=host.pk).update(last_event_at=at)
            if not host.is_paused:
                queue_once_after_commit(PROCESS, desk_id=host.desk_id)
    return Receipt.STORED if is_new else Receipt.REPEATED


def _is_genuine(host: CodeHost, headers: Mapping[str, str], body: bytes, at: datetime) -> bool:
    try:
        secret = host.webhook_secret
    except UnsealError:
        return False
    if host.kind == HostKind.GITHUB:
        return is_genuine_github(headers, body, secret)
    return is_genuine_gitlab(headers, body, secret, now=at)


def _get_first(headers: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((text for name in names if (text := headers.get(name, ""))), "")
