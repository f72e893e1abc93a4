"""Deletion of old deliveries. A later replay makes them anew, with the same webhook-id."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from accounts.retention import get_limit
from tickets.models import OutboxState, WebhookDelivery

BATCH = 1000


def list_old_deliveries(at: datetime) -> QuerySet[WebhookDelivery]:
    """Return finished deliveries older than their desk keeps them. Waiting ones stay."""
    finished = WebhookDelivery.objects.exclude(state=OutboxState.WAITING)
    return finished.filter(created_at__lt=get_limit("webhook_days", at))


def delete_old_deliveries(*, desk_id: int, at: datetime) -> int:
    """Delete up to BATCH old deliveries of the current desk. Return how many."""
    old = list_old_deliveries(at).filter(desk_id=desk_id).order_by("created_at")
    ids = list(old.values_list("pk", flat=True)[:BATCH])
    return WebhookDelivery.objects.filter(pk__in=ids).delete()[0]
