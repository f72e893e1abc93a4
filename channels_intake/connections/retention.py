"""Deletion of old events of channels. What they brought stays on the tickets."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from accounts.retention import get_limit
from channels_intake.models.connections import ChannelEvent

BATCH = 1000


def list_old_channel_events(at: datetime) -> QuerySet[ChannelEvent]:
    """Return events older than their desk keeps them. No vendor sends them again for so long."""
    return ChannelEvent.objects.filter(received_at__lt=get_limit("webhook_days", at))


def delete_old_channel_events(*, desk_id: int, at: datetime) -> int:
    """Delete up to BATCH old events of the current desk. Return how many."""
    old = list_old_channel_events(at).filter(desk_id=desk_id).order_by("received_at")
    ids = list(old.values_list("pk", flat=True)[:BATCH])
    return ChannelEvent.objects.filter(pk__in=ids).delete()[0]
