"""Deletes old pulls of the CRM: there is one every quarter of an hour."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import CrmPull, PullState

KEPT = timedelta(days=90)
BATCH = 1000


def list_old_pulls(at: datetime) -> QuerySet[CrmPull]:
    """Return finished pulls that are older than 90 days, but not the newest of a connection."""
    newer = CrmPull.objects.filter(connection=OuterRef("connection"), pk__gt=OuterRef("pk"))
    old = CrmPull.objects.exclude(state=PullState.RUNNING).filter(started_at__lt=at - KEPT)
    return old.filter(Exists(newer))


def delete_old_pulls(*, desk_id: int, at: datetime) -> int:
    """Delete up to BATCH old pulls of the entered desk. Return how many."""
    old = list_old_pulls(at).filter(desk_id=desk_id).order_by("pk")
    ids = list(old.values_list("pk", flat=True)[:BATCH])
    CrmPull.objects.filter(pk__in=ids).delete()
    return len(ids)
