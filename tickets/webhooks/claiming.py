"""Claims: one worker sends for a subscription at a time, each ticket's events in order.

A claim ends by itself, so the messages of a worker that was killed are sent again, with the same
webhook-id.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from tickets.models import (
    DeliveryState,
    EventDelivery,
    OutboxState,
    SubscriptionState,
    WebhookDelivery,
    WebhookSubscription,
)

CLAIM = timedelta(seconds=60)  # longer than a slice and its last request may take
BATCH = 50  # messages that are looked up together
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


def reread(subscription: WebhookSubscription) -> bool:
    """Read a claimed subscription's settings anew. Return False if it must not send anymore.

    That is if it was paused, ended or deleted, or if its URL has another host, which the requests
    of this slice aren't made for.
    """
    host = subscription.host
    fields = [field.name for field in WebhookSubscription._meta.concrete_fields]
    fields.remove("claimed_until")
    try:
        subscription.refresh_from_db(fields=fields)
    except WebhookSubscription.DoesNotExist:
        return False
    return subscription.state == SubscriptionState.ACTIVE and subscription.host == host


def is_sendable(subscription_id: int, *, at: datetime) -> bool:
    """Return True if a subscription has a message to send right now, or a replay to continue."""
    active = WebhookSubscription.objects.filter(
        pk=subscription_id, state=SubscriptionState.ACTIVE, next_try_at__lte=at
    )
    subscription = active.first()
    if subscription is None:
        return False
    return subscription.replay_after is not None or bool(list_heads(subscription, at=at))


def list_heads(subscription: WebhookSubscription, *, at: datetime) -> list[int]:
    """Return the IDs of deliveries to send now, at most one per ticket, by event.

    It is the oldest waiting one of the ticket, if the follower has no older event of the ticket to
    store anymore. During a replay, only events that it got to.
    """
    waiting = WebhookDelivery.objects.filter(subscription=subscription, state=OutboxState.WAITING)
    older = waiting.filter(ticket=OuterRef("ticket"), event__lt=OuterRef("event"))
    unstored = EventDelivery.objects.filter(
        desk_id=subscription.desk_id,
        follower=FOLLOWER,
        state=DeliveryState.DUE,
        event__ticket=OuterRef("ticket"),
        event__lte=OuterRef("event"),
    )
    heads = waiting.filter(~Exists(older), ~Exists(unstored), next_try_at__lte=at)
    if subscription.replay_after is not None:
        heads = heads.filter(event__lte=subscription.replay_after)
    return list(heads.order_by("event").values_list("pk", flat=True)[:BATCH])


def take(delivery_id: int, *, at: datetime) -> WebhookDelivery | None:
    """Count an attempt at a delivery and return it; None if it isn't waiting anymore."""
    mine = WebhookDelivery.objects.filter(pk=delivery_id, state=OutboxState.WAITING)
    counted = mine.update(
        attempts=F("attempts") + 1,
        tries=F("tries") + 1,
        first_tried_at=Coalesce("first_tried_at", Value(at)),
    )
    return mine.select_related("event", "ticket").first() if counted else None
