"""Telling the LATER followers of events: once each, again when it failed, set aside after the last try."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, DateTimeField, F, Q, Value, When
from django.db.models.functions import Coalesce

from tickets.events import followers
from tickets.failures import capture_failure
from tickets.models import DeliveryState, EventDelivery

PAUSES = [timedelta(seconds=s) for s in (30, 120, 600, 3600)]
BATCH = 200
MAX_ATTEMPTS = len(PAUSES) + 1


def deliver(*, event_ids: Collection[int], at: datetime) -> int:
    """Carry out the due deliveries of these events in the entered desk, in order; gives how many were done.

    Each delivery is claimed under a lock that the next sweep skips, and done in a transaction of its own: a
    follower writes rows with unique keys, so a delivery that ran twice leaves the same as one that ran once.
    """
    due = EventDelivery.objects.filter(
        event_id__in=event_ids, state=DeliveryState.DUE, next_try_at__lte=at
    )
    return sum(
        deliver_one(pk, at=at) for pk in due.order_by("event_id", "pk").values_list("pk", flat=True)
    )


def deliver_due(*, desk_id: int, at: datetime) -> int:
    """Carry out up to BATCH due deliveries of the desk, oldest first; gives how many were done."""
    due = EventDelivery.objects.filter(
        desk_id=desk_id, state=DeliveryState.DUE, next_try_at__lte=at
    )
    oldest = list(due.order_by("next_try_at", "pk").values_list("pk", flat=True)[:BATCH])
    return sum(deliver_one(pk, at=at) for pk in oldest)


def deliver_one(delivery_id: int, *, at: datetime) -> bool:
    """Carry out one delivery; gives whether it was done. A failure is kept with the delivery, and tried again."""
    if not _count_try(delivery_id, at=at):
        return False
    done = False
    with capture_failure(
        lambda told: _note_failure(delivery_id, told), event="delivery_failed", delivery=delivery_id
    ):
        done = _carry_out(delivery_id, at=at)
    return done


def _carry_out(delivery_id: int, *, at: datetime) -> bool:
    with transaction.atomic():
        delivery = (
            EventDelivery.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("event__ticket__desk")
            .filter(pk=delivery_id)
            .first()
        )
        if delivery is None or delivery.state != DeliveryState.DUE:
            return False
        followers(delivery.follower)[delivery.event.kind](delivery.event)
        EventDelivery.objects.filter(pk=delivery_id).update(state=DeliveryState.DONE, done_at=at)
    return True


def _count_try(delivery_id: int, *, at: datetime) -> bool:
    """Count the try before the work begins, so that one that kills its worker is counted too (fault 18).

    False when it is not due, or has used up its tries. A first try that died with its worker may be repeated at
    once: the queue hands the task out again then.
    """
    may_run = Q(next_try_at__lte=at) | Q(attempts=1)
    pause = Case(*[When(attempts=tries, then=Value(length)) for tries, length in enumerate(PAUSES)])
    # Not "state is due": by the index of what is due, the planner would walk past the entries of all that was done
    # since the last vacuum.
    open_ones = EventDelivery.objects.exclude(
        state__in=[DeliveryState.DONE, DeliveryState.GIVEN_UP]
    )
    claimed = open_ones.filter(may_run, pk=delivery_id, attempts__lt=MAX_ATTEMPTS).update(
        attempts=F("attempts") + 1,
        next_try_at=Value(at, DateTimeField()) + Coalesce(pause, Value(PAUSES[-1])),
    )
    if not claimed:
        _give_up_if_used_up(delivery_id)
    return bool(claimed)


def _note_failure(delivery_id: int, told: str) -> None:
    EventDelivery.objects.filter(pk=delivery_id).update(last_error=told)
    _give_up_if_used_up(delivery_id)


def _give_up_if_used_up(delivery_id: int) -> None:
    used_up = EventDelivery.objects.filter(
        pk=delivery_id, state=DeliveryState.DUE, attempts__gte=MAX_ATTEMPTS
    )
    used_up.update(state=DeliveryState.GIVEN_UP)
