"""Sending again: one event, or all from an event or a time on.

A replayed event has the same webhook-id. While a replay is being prepared, no newer event is sent:
each ticket's events stay in order.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accounts.audit import Actor, record_audit
from accounts.models import AuditAction
from tickets.models import (
    OutboxState,
    SubscriptionState,
    TicketEvent,
    WebhookDelivery,
    WebhookSubscription,
)
from tickets.webhooks.storing import pick_events, queue_webhooks, store_for

BATCH = 500


@transaction.atomic
def start_replay(
    subscription: WebhookSubscription,
    *,
    by: Actor,
    at: datetime,
    event_id: int | None = None,
    since: datetime | None = None,
) -> None:
    """Send all events again from an event or a time on, oldest first. One of both is given.

    A replay that is running starts anew from there.
    """
    after = (event_id or 1) - 1
    WebhookSubscription.objects.filter(pk=subscription.pk).update(
        replay_after=after, replay_since=since
    )
    detail = {"replay_from": since.isoformat() if since else event_id}
    record_audit(
        desk=subscription.desk_id,
        by=by,
        action=AuditAction.CHANGED,
        about=subscription,
        detail=detail,
    )
    queue_webhooks(subscription)


def continue_replay(subscription: WebhookSubscription, *, at: datetime) -> None:
    """Put the next events of a replay into the outbox again."""
    if subscription.replay_after is None:
        return
    events = TicketEvent.objects.filter(
        desk_id=subscription.desk_id, pk__gt=subscription.replay_after
    )
    if subscription.replay_since:
        events = events.filter(at__gte=subscription.replay_since)
    batch = list(events.order_by("pk")[:BATCH])
    with transaction.atomic():
        _store_again(subscription, batch, at)
        is_last = len(batch) < BATCH
        before, now = subscription.replay_after, None if is_last else batch[-1].pk
        # Unless an admin has started another one meanwhile.
        mine = WebhookSubscription.objects.filter(pk=subscription.pk, replay_after=before)
        if mine.update(replay_after=now):
            subscription.replay_after = now


def _store_again(
    subscription: WebhookSubscription, events: Sequence[TicketEvent], at: datetime
) -> None:
    taken = pick_events(subscription, events, at=at)
    sent = WebhookDelivery.objects.filter(
        subscription=subscription, event_id__in=[event.pk for event in taken]
    )
    sent.exclude(state=OutboxState.WAITING).update(**_make_due(at))
    store_for(subscription, taken, at=at)


@transaction.atomic
def send_again(delivery: WebhookDelivery, *, attempts: int, at: datetime) -> bool:
    """Send one event again. Return False if it was tried since ``attempts`` was read.

    So two clicks send it once. It also ends the pause of the receiver, but not of the webhook.
    """
    due = WebhookDelivery.objects.filter(pk=delivery.pk, attempts=attempts)
    is_done = ~Q(state=OutboxState.WAITING)
    made = due.filter(is_done).update(**_make_due(at))
    if not made:
        made = due.filter(next_try_at__gt=at).update(next_try_at=at)
    if made:
        subscription = WebhookSubscription.objects.get(pk=delivery.subscription_id)
        active = WebhookSubscription.objects.filter(
            pk=subscription.pk, state=SubscriptionState.ACTIVE, next_try_at__gt=at
        )
        active.update(next_try_at=at)
        queue_webhooks(subscription)
    return bool(made)


def _make_due(at: datetime) -> dict[str, object]:
    return {
        "state": OutboxState.WAITING,
        "next_try_at": at,
        "tries": 0,
        "first_tried_at": None,
        "finished_at": None,
    }
