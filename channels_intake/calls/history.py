"""Deletion of old calls."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from accounts.retention import get_limit
from channels_intake.models import CallState, OutgoingCall

BATCH = 1000


def list_old_calls(at: datetime) -> QuerySet[OutgoingCall]:
    """Return finished calls older than their desk keeps them."""
    finished = OutgoingCall.objects.exclude(state=CallState.QUEUED)
    return finished.filter(created_at__lt=get_limit("webhook_days", at))


def delete_old_calls(*, desk_id: int, at: datetime) -> int:
    """Delete up to BATCH old calls of the current desk. Return how many."""
    old = list_old_calls(at).filter(desk_id=desk_id).order_by("created_at")
    ids = list(old.values_list("pk", flat=True)[:BATCH])
    return OutgoingCall.objects.filter(pk__in=ids).delete()[0]
