"""Deletion of old events of code hosts."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from accounts.retention import get_limit
from channels_intake.models import CodeEvent

BATCH = 1000


def list_old_events(at: datetime) -> QuerySet[CodeEvent]:
    """Return events older than their desk keeps them. GitHub redelivers for three days at most."""
    return CodeEvent.objects.filter(received_at__lt=get_limit("webhook_days", at))


def delete_old_events(*, desk_id: int, at: datetime) -> int:
    """Delete up to BATCH old events of the current desk. Return how many."""
    old = list_old_events(at).filter(desk_id=desk_id).order_by("received_at")
    ids = list(old.values_list("pk", flat=True)[:BATCH])
    return CodeEvent.objects.filter(pk__in=ids).delete()[0]
