"""Delivery of events to LATER followers: once each, with a limited number of retries.

First attempts share one transaction, in which followers may handle many events at once
(``Together`` in tickets/events.py). If one of them fails, each is made alone. So are retries,
because one of them may have killed its worker.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import groupby

from django.db import transaction
from django.db.models import F

from accounts.failures import capture_failure
from tickets.deliveries.rows import (
    MAX_ATTEMPTS,
    Claimed,
    claim_again,
    claim_events,
    claim_oldest,
    finish,
    lock_deliveries,
)
from tickets.events import Follower, Together, get_later_follower
from tickets.models import DeliveryState, EventDelivery, TicketEvent

BATCH = 200


def deliver(*, event_ids: Collection[int], at: datetime) -> int:
    """Make the due deliveries of these events at the current desk, in order. Return how many.

    Each is claimed and counted before the work, and locked during it. Followers write rows with
    unique keys, so a delivery made twice leaves the same rows.
    """
    return _make(claim_events(event_ids, at=at), at=at)


def deliver_due(*, desk_id: int, at: datetime) -> int:
    """Make up to BATCH due deliveries of the desk, oldest first; return how many were made."""
    return _make(claim_oldest(desk_id, limit=BATCH, at=at), at=at)


def _make(claimed: Claimed, *, at: datetime) -> int:
    fresh = claimed.fresh
    done = sum(
        _make_fresh(fresh[start : start + BATCH], at=at) for start in range(0, len(fresh), BATCH)
    )
    return done + sum(deliver_one(delivery_id, at=at) for delivery_id in claimed.tried)


def _make_fresh(ids: Sequence[int], *, at: datetime) -> int:
    """Make claimed deliveries together, or each alone if that fails; return how many."""
    if len(ids) > 1:
        made: int | None = None
        with capture_failure(_leave_to_log, event="delivery_batch_failed", first=ids[0]):
            made = _make_together(ids, at=at)
        if made is not None:
            return made
    return sum(_make_alone(delivery_id, at=at) for delivery_id in ids)


def deliver_one(delivery_id: int, *, at: datetime) -> bool:
    """Make one delivery. Return False if it failed: the error is kept, and the delivery retried."""
    if claim_again(delivery_id, at=at):
        return _make_alone(delivery_id, at=at)
    _give_up_if_used_up(delivery_id)
    return False


def _make_alone(delivery_id: int, *, at: datetime) -> bool:
    done = False
    with capture_failure(
        lambda error: _note_failure(delivery_id, error),
        event="delivery_failed",
        delivery=delivery_id,
    ):
        done = bool(_make_together([delivery_id], at=at))
    return done


def _make_together(ids: Collection[int], *, at: datetime) -> int:
    with transaction.atomic():
        deliveries = lock_deliveries(ids)
        for key in dict.fromkeys(delivery.follower for delivery in deliveries):
            _call(key, [each.event for each in deliveries if each.follower == key])
        if deliveries:
            finish([delivery.id for delivery in deliveries], at=at)
    return len(deliveries)


def _call(key: str, events: Iterable[TicketEvent]) -> None:
    """Call a follower with its events in order."""

    def find(event: TicketEvent) -> Follower:
        return get_later_follower(key, event.kind)

    for follower, together in groupby(events, find):
        if isinstance(follower, Together):
            follower.follow(list(together))
        else:
            for event in together:
                follower(event)


def _leave_to_log(error: str) -> None:
    """Record nothing: each delivery is then made alone and stores its own error."""


def _note_failure(delivery_id: int, error: str) -> None:
    failed = EventDelivery.objects.filter(pk=delivery_id)
    failed.update(last_error=error, next_try_at=F("claimed_until"))
    _give_up_if_used_up(delivery_id)


def _give_up_if_used_up(delivery_id: int) -> None:
    used_up = EventDelivery.objects.filter(
        pk=delivery_id, state=DeliveryState.DUE, attempts__gte=MAX_ATTEMPTS
    )
    used_up.update(state=DeliveryState.GIVEN_UP)
