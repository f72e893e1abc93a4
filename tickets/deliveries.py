"""Delivery of events to LATER followers: once each, with a limited number of retries."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, DateTimeField, F, Q, Value, When
from django.db.models.functions import Coalesce

from accounts.failures import capture_failure
from tickets.events import get_later_follower
from tickets.models import DeliveryState, EventDelivery

PAUSES = [timedelta(seconds=s) for s in (30, 120, 600, 3600)]
BATCH = 200
MAX_ATTEMPTS = len(PAUSES) + 1


def deliver(*, event_ids: Collection[int], at: datetime) -> int:
    """Make the due deliveries of these events in the entered desk, in order; return how many.

    Each delivery is claimed under a lock that the next sweep skips, and made in a transaction of
    its own. Followers write rows with unique keys, so a delivery made twice leaves the same rows.
    """
    due = EventDelivery.objects.filter(
        event_id__in=event_ids, state=DeliveryState.DUE, next_try_at__lte=at
    )
    return sum(
        deliver_one(pk, at=at) for pk in due.order_by("event_id", "pk").values_list("pk", flat=True)
    )


def deliver_due(*, desk_id: int, at: datetime) -> int:
    """Make up to BATCH due deliveries of the desk, oldest first; return how many were made."""
    due = EventDelivery.objects.filter(
        desk_id=desk_id, state=DeliveryState.DUE, next_try_at__lte=at
    )
    oldest = list(due.order_by("next_try_at", "pk").values_list("pk", flat=True)[:BATCH])
    return sum(deliver_one(pk, at=at) for pk in oldest)


def deliver_one(delivery_id: int, *, at: datetime) -> bool:
    """Make one delivery. Return False if it failed: the error is kept, and the delivery retried."""
    if not _count_attempt(delivery_id, at=at):
        return False
    done = False
    with capture_failure(
        lambda error: _note_failure(delivery_id, error),
        event="delivery_failed",
        delivery=delivery_id,
    ):
        done = _deliver(delivery_id, at=at)
    return done


def _deliver(delivery_id: int, *, at: datetime) -> bool:
    with transaction.atomic():
        delivery = (
            EventDelivery.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("event__ticket__desk")
            .filter(pk=delivery_id)
            .first()
        )
        if delivery is None or delivery.state != DeliveryState.DUE:
            return False
        follower = get_later_follower(delivery.follower, delivery.event.kind)
        follower(delivery.event)
        EventDelivery.objects.filter(pk=delivery_id).update(state=DeliveryState.DONE, done_at=at)
    return True


def _count_attempt(delivery_id: int, *, at: datetime) -> bool:
    """Count the attempt before the work, so that one that kills its worker counts (fault 18).

    False if the delivery is not due, or has used up its attempts. A first attempt that died with
    its worker may be repeated at once: the queue hands out the task again then.
    """
    may_run = Q(next_try_at__lte=at) | Q(attempts=1)
    pause = Case(
        *[When(attempts=attempts, then=Value(length)) for attempts, length in enumerate(PAUSES)]
    )
    # Not "state is due": with the index of due rows, the planner would walk past the entries of all
    # rows that were done since the last vacuum.
    unfinished = EventDelivery.objects.exclude(
        state__in=[DeliveryState.DONE, DeliveryState.GIVEN_UP]
    )
    claimed = unfinished.filter(may_run, pk=delivery_id, attempts__lt=MAX_ATTEMPTS).update(
        attempts=F("attempts") + 1,
        next_try_at=Value(at, DateTimeField()) + Coalesce(pause, Value(PAUSES[-1])),
    )
    if not claimed:
        _give_up_if_used_up(delivery_id)
    return bool(claimed)


def _note_failure(delivery_id: int, error: str) -> None:
    EventDelivery.objects.filter(pk=delivery_id).update(last_error=error)
    _give_up_if_used_up(delivery_id)


def _give_up_if_used_up(delivery_id: int) -> None:
    used_up = EventDelivery.objects.filter(
        pk=delivery_id, state=DeliveryState.DUE, attempts__gte=MAX_ATTEMPTS
    )
    used_up.update(state=DeliveryState.GIVEN_UP)
