"""Deletion of old CRM pulls. A new one is recorded every 15 minutes."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import CrmPull, PullState

KEPT = timedelta(days=90)
BATCH = 1000


def list_old_pulls(at: datetime) -> QuerySet[CrmPull]:
    """Return finished pulls older than 90 days, except for the latest one of each connection."""
    newer = CrmPull.objects.filter(connection=OuterRef("connection"), pk__gt=OuterRef("pk"))
    old = CrmPull.objects.exclude(state=PullState.RUNNING).filter(started_at__lt=at - KEPT)
    return old.filter(Exists(newer))


def delete_old_pulls(*, desk_id: int, at: datetime) -> int:
    """Delete up to BATCH old pulls of the current desk. Return how many were deleted."""
    old = list_old_pulls(at).filter(desk_id=desk_id).order_by("pk")
    ids = list(old.values_list("pk", flat=True)[:BATCH])
    CrmPull.objects.filter(pk__in=ids).delete()
    return len(ids)
