"""Claims: one worker sends for a subscription at a time, each ticket's events in order.

A claim ends by itself, so the messages of a worker that was killed are sent again, with the same
webhook-id.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from tickets.models import (
    DeliveryState,
    EventDelivery,
    OutboxState,
    SubscriptionState,
    WebhookDelivery,
    WebhookSubscription,
)

CLAIM = timedelta(seconds=60)  # longer than a slice and its last request may take
FOLLOWER = "webhooks"  # the key in settings.LATER_FOLLOWERS


def list_due_deliveries(at: datetime) -> QuerySet[WebhookDelivery]:
    """Return the deliveries whose time has come, also those that wait for others of their ticket.

    Not those of subscriptions that are paused, or whose receiver is given a pause.
    """
    due = WebhookDelivery.objects.filter(state=OutboxState.WAITING, next_try_at__lte=at)
    return due.filter(
        subscription__state=SubscriptionState.ACTIVE, subscription__next_try_at__lte=at
    )


def list_due_subscriptions(at: datetime) -> QuerySet[WebhookSubscription]:
    """Return the subscriptions with something to do: to send, or to replay."""
    waiting = WebhookDelivery.objects.filter(
        subscription=OuterRef("pk"), state=OutboxState.WAITING, next_try_at__lte=at
    )
    active = WebhookSubscription.objects.filter(state=SubscriptionState.ACTIVE, next_try_at__lte=at)
    return active.filter(Q(Exists(waiting)) | Q(replay_after__isnull=False))


def claim_subscription(subscription_id: int, *, at: datetime) -> WebhookSubscription | None:
    """Claim a subscription that is due. Return None if it isn't, or another worker has it."""
    with transaction.atomic():
        free = WebhookSubscription.objects.select_for_update(skip_locked=True, of=("self",))
        subscription = free.filter(
            Q(claimed_until__isnull=True) | Q(claimed_until__lte=at),
            pk=subscription_id,
            state=SubscriptionState.ACTIVE,
            next_try_at__lte=at,
        ).first()
        if subscription is not None:
            subscription.claimed_until = at + CLAIM
            subscription.save(update_fields=["claimed_until"])
    return subscription


def release_subscription(subscription: WebhookSubscription) -> None:
    """End a claim, unless another worker has claimed it since."""
    mine = WebhookSubscription.objects.filter(
        pk=subscription.pk, claimed_until=subscription.claimed_until
    )
    mine.update(claimed_until=None)


def is_sendable(subscription_id: int, *, at: datetime) -> bool:
    """Return True if a subscription has a message to send right now, or a replay to continue."""
    active = WebhookSubscription.objects.filter(
        pk=subscription_id, state=SubscriptionState.ACTIVE, next_try_at__lte=at
    )
    subscription = active.first()
    if subscription is None:
        return False
    return subscription.replay_after is not None or _list_heads(subscription, at).exists()


def take_next(subscription: WebhookSubscription, *, at: datetime) -> WebhookDelivery | None:
    """Return the next delivery to send, with its attempt counted, or None.

    Of each ticket, only the oldest waiting one can be it, and none while the follower still has an
    older event of the ticket to store. During a replay, only events that it got to.
    """
    delivery = _list_heads(subscription, at).select_related("event", "ticket").first()
    if delivery is None:
        return None
    WebhookDelivery.objects.filter(pk=delivery.pk).update(
        attempts=F("attempts") + 1,
        tries=F("tries") + 1,
        first_tried_at=delivery.first_tried_at or at,
    )
    delivery.attempts, delivery.tries = delivery.attempts + 1, delivery.tries + 1
    delivery.first_tried_at = delivery.first_tried_at or at
    return delivery


def _list_heads(subscription: WebhookSubscription, at: datetime) -> QuerySet[WebhookDelivery]:
    waiting = WebhookDelivery.objects.filter(subscription=subscription, state=OutboxState.WAITING)
    earlier = waiting.filter(ticket=OuterRef("ticket"), event_id__lt=OuterRef("event_id"))
    unstored = EventDelivery.objects.filter(
        follower=FOLLOWER,
        state=DeliveryState.DUE,
        event__ticket=OuterRef("ticket"),
        event_id__lt=OuterRef("event_id"),
    )
    heads = waiting.filter(~Exists(earlier), ~Exists(unstored), next_try_at__lte=at)
    if subscription.replay_after is not None:
        heads = heads.filter(event_id__lte=subscription.replay_after)
    return heads.order_by("event_id")
