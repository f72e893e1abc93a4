"""Deletion of old deliveries. A later replay makes them anew, with the same webhook-id.

A webhook that stays paused for that long ends, so that its outbox doesn't grow forever: nothing is
stored for it anymore, and what waits is deleted by age. Resumed, it continues with what is left.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.retention import get_limit
from tickets.models import OutboxState, SubscriptionState, WebhookDelivery, WebhookSubscription
from tickets.webhooks.notices import tell_of_expiry

BATCH = 1000


def list_old_deliveries(at: datetime) -> QuerySet[WebhookDelivery]:
    """Return finished deliveries older than their desk keeps them."""
    finished = WebhookDelivery.objects.exclude(state=OutboxState.WAITING)
    return finished.filter(created_at__lt=get_limit("webhook_days", at))


def delete_old_deliveries(*, desk_id: int, at: datetime) -> int:
    """Delete up to BATCH old deliveries of the current desk. Return how many."""
    return _delete(list_old_deliveries(at).filter(desk_id=desk_id))


def list_unsent_deliveries(at: datetime) -> QuerySet[WebhookDelivery]:
    """Return deliveries as old that wait for webhooks that have ended."""
    waiting = WebhookDelivery.objects.filter(
        state=OutboxState.WAITING, subscription__state=SubscriptionState.ENDED
    )
    return waiting.filter(created_at__lt=get_limit("webhook_days", at))


def delete_unsent_deliveries(*, desk_id: int, at: datetime) -> int:
    """Delete up to BATCH of them at the current desk. Return how many."""
    return _delete(list_unsent_deliveries(at).filter(desk_id=desk_id))


def list_forgotten(at: datetime) -> QuerySet[WebhookSubscription]:
    """Return webhooks that have been paused for longer than their desk keeps deliveries."""
    paused = WebhookSubscription.objects.filter(state=SubscriptionState.PAUSED)
    return paused.filter(stopped_at__lt=get_limit("webhook_days", at))


@transaction.atomic
def end_forgotten(*, desk_id: int, at: datetime) -> int:
    """End them at the current desk, and notify its admins. Return how many."""
    locked = list_forgotten(at).select_for_update(no_key=True, of=("self",))
    found = list(locked.filter(desk_id=desk_id).order_by("pk"))
    for subscription in found:
        subscription.state = SubscriptionState.ENDED
        subscription.save(update_fields=["state"])
        tell_of_expiry(subscription, at=at)
    return len(found)


def _delete(old: QuerySet[WebhookDelivery]) -> int:
    ids = list(old.order_by("created_at").values_list("pk", flat=True)[:BATCH])
    return WebhookDelivery.objects.filter(pk__in=ids).delete()[0]
