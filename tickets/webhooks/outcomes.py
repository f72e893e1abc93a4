"""Results of attempts: retries with growing pauses, pauses of receivers, and ends.

The schedule is the one of Standard Webhooks, over three days. A message that was refused for that
long is set aside, and the next one of its ticket follows. A receiver that takes nothing at all for
that long is paused instead: its messages wait for an admin, and none is lost.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from accounts.failures import get_pause
from tickets.models import (
    OutboxState,
    StopReason,
    SubscriptionState,
    WebhookDelivery,
    WebhookSubscription,
)
from tickets.webhooks.attempts import Outcome, Result
from tickets.webhooks.notices import tell_of_stop

HOUR = 3600
PAUSES = [
    timedelta(seconds=s)
    for s in (5, 300, 1800, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR)
]
TRIED_FOR = sum(PAUSES, timedelta())
# Of the whole receiver. Short, so that it has everything soon after it is back.
RECEIVER_PAUSES = [timedelta(seconds=s) for s in (5, 60, 300, 900)]
MAX_LOG = 20  # attempts that are kept


@transaction.atomic
def store_result(
    subscription: WebhookSubscription, delivery: WebhookDelivery, result: Result, *, at: datetime
) -> None:
    """Store the result of an attempt, and what follows from it."""
    _log(delivery, result, at)
    if result.outcome == Outcome.DELIVERED:
        _finish(delivery, OutboxState.DELIVERED, at)
        _note_success(subscription, at)
        return
    if result.outcome == Outcome.NOT_TAKEN:
        _finish(delivery, OutboxState.FAILED, at)
        return
    _put_off(subscription, delivery, result, at)
    if result.outcome == Outcome.GONE:
        stop(subscription, StopReason.GONE, at=at)
    elif result.outcome == Outcome.UNAVAILABLE:
        _hold(subscription, result, at)


def stop(subscription: WebhookSubscription, reason: StopReason, *, at: datetime) -> None:
    """Pause or end an active subscription, and notify the desk's admins, once."""
    state = SubscriptionState.ENDED if reason == StopReason.GONE else SubscriptionState.PAUSED
    active = WebhookSubscription.objects.filter(pk=subscription.pk, state=SubscriptionState.ACTIVE)
    if active.update(state=state, stop_reason=reason, stopped_at=at):
        subscription.state, subscription.stop_reason = state, reason
        tell_of_stop(subscription, at=at)


def _log(delivery: WebhookDelivery, result: Result, at: datetime) -> None:
    entry = {
        "number": delivery.attempts,
        "at": at.isoformat(),
        "status": result.status,
        "milliseconds": result.milliseconds,
        **({"problem": result.problem} if result.problem else {}),
    }
    delivery.log = [*delivery.log, entry][-MAX_LOG:]
    delivery.status, delivery.answer = result.status, result.answer
    delivery.save(update_fields=["log", "status", "answer", "sha256", "size"])


def _finish(delivery: WebhookDelivery, state: OutboxState, at: datetime) -> None:
    delivery.state, delivery.finished_at = state, at
    delivery.save(update_fields=["state", "finished_at"])


def _note_success(subscription: WebhookSubscription, at: datetime) -> None:
    """Note that the receiver works. After an outage, what waits for it is due at once."""
    was_failing = subscription.failures
    subscription.failures, subscription.last_success_at = 0, at
    subscription.save(update_fields=["failures", "last_success_at"])
    if was_failing:
        waiting = WebhookDelivery.objects.filter(
            subscription=subscription, state=OutboxState.WAITING, next_try_at__gt=at
        )
        waiting.update(next_try_at=at)


def _put_off(
    subscription: WebhookSubscription, delivery: WebhookDelivery, result: Result, at: datetime
) -> None:
    """Try again later; after three days, set the message aside or pause the receiver."""
    first = delivery.first_tried_at or at
    if at < first + TRIED_FOR:
        pause = get_pause(delivery.tries, PAUSES)
        pause = timedelta(seconds=result.wait) if result.wait else pause
        delivery.next_try_at = min(at + pause, first + TRIED_FOR)
        delivery.save(update_fields=["next_try_at"])
    elif subscription.last_success_at and subscription.last_success_at >= first:
        _finish(delivery, OutboxState.FAILED, at)
    else:
        delivery.next_try_at, delivery.tries, delivery.first_tried_at = at, 0, None
        delivery.save(update_fields=["next_try_at", "tries", "first_tried_at"])
        stop(subscription, StopReason.FAILING, at=at)


def _hold(subscription: WebhookSubscription, result: Result, at: datetime) -> None:
    """Try nothing else at this receiver for a while."""
    pause = RECEIVER_PAUSES[min(subscription.failures, len(RECEIVER_PAUSES) - 1)]
    if result.wait is not None:
        pause = timedelta(seconds=result.wait)
    subscription.failures, subscription.next_try_at = subscription.failures + 1, at + pause
    WebhookSubscription.objects.filter(pk=subscription.pk).update(
        failures=F("failures") + 1, next_try_at=subscription.next_try_at
    )
