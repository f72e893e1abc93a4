"""Telling the LATER followers of events: once each, again when it failed, set aside after the last try."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

import structlog
from django.db import transaction

from tickets.log import followers
from tickets.models import DeliveryState, EventDelivery

log = structlog.get_logger(__name__)

PAUSES = [timedelta(seconds=s) for s in (30, 120, 600, 3600)]
BATCH = 200
MAX_ATTEMPTS = len(PAUSES) + 1


def deliver(*, event_ids: Collection[int], at: datetime) -> int:
    """Carry out the due deliveries of these events in the entered desk, in order; gives how many were done.

    Each delivery is claimed under a lock that the next sweep skips, and done in a transaction of its own: a
    follower writes rows with unique keys, so a delivery that ran twice leaves the same as one that ran once.
    """
    due = EventDelivery.objects.filter(event_id__in=event_ids, state=DeliveryState.DUE, next_try_at__lte=at)
    return sum(deliver_one(pk, at=at) for pk in due.order_by("event_id", "pk").values_list("pk", flat=True))


def deliver_due(*, desk_id: int, at: datetime) -> int:
    """Carry out up to BATCH due deliveries of the desk, oldest first; gives how many were done."""
    due = EventDelivery.objects.filter(desk_id=desk_id, state=DeliveryState.DUE, next_try_at__lte=at)
    oldest = list(due.order_by("next_try_at", "pk").values_list("pk", flat=True)[:BATCH])
    return sum(deliver_one(pk, at=at) for pk in oldest)


def deliver_one(delivery_id: int, *, at: datetime) -> bool:
    """Carry out one delivery; gives whether it was done. A failure is kept with the delivery, and tried again."""
    try:
        with transaction.atomic():
            delivery = (
                EventDelivery.objects.select_for_update(of=("self",), skip_locked=True)
                .select_related("event__ticket__desk")
                .filter(pk=delivery_id, state=DeliveryState.DUE)
                .first()
            )
            if delivery is None:
                return False
            followers(delivery.follower)[delivery.event.kind](delivery.event)
            EventDelivery.objects.filter(pk=delivery_id).update(state=DeliveryState.DONE, done_at=at)
    except Exception as error:
        log.exception("delivery_failed", delivery=delivery_id)
        _note_failure(delivery_id, error, at=at)
        return False
    return True


def _note_failure(delivery_id: int, error: Exception, *, at: datetime) -> None:
    delivery = EventDelivery.objects.get(pk=delivery_id)
    delivery.attempts += 1
    delivery.last_error = f"{type(error).__name__}: {error}"[:2000]
    if delivery.attempts >= MAX_ATTEMPTS:
        delivery.state = DeliveryState.GIVEN_UP
    else:
        delivery.next_try_at = at + PAUSES[delivery.attempts - 1]
    delivery.save()
