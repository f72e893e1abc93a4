"""A webhook that stays paused doesn't keep its events forever."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import NOON, Cast
from tests.webhooks.helpers import follow, respond, send, subscribe
from tests.webhooks.receiver import Receiver
from tickets.models import (
    Notification,
    OutboxState,
    SubscriptionState,
    WebhookDelivery,
    WebhookSubscription,
)
from tickets.webhooks import claiming
from tickets.webhooks.claiming import list_heads
from tickets.webhooks.retention import (
    delete_old_deliveries,
    delete_unsent_deliveries,
    end_forgotten,
)
from tickets.webhooks.subscriptions import pause, resume

DAY = timedelta(days=1)


def sweep(cast: Cast, at: Any) -> tuple[int, int]:
    """Return how many webhooks ended, and how many deliveries were deleted."""
    ended = end_forgotten(desk_id=cast.desk.pk, at=at)
    old = delete_old_deliveries(desk_id=cast.desk.pk, at=at)
    return ended, old + delete_unsent_deliveries(desk_id=cast.desk.pk, at=at)


def test_a_webhook_that_stays_paused_ends_and_its_events_are_deleted_by_age(
    in_rocket: Cast, receiver: Receiver
) -> None:
    hook, other = subscribe(in_rocket, receiver), subscribe(in_rocket, receiver, name="Active")
    pause(hook, by=in_rocket.admin, at=NOON)
    ticket = in_rocket.open_ticket()
    for day in (0, 50):
        respond(in_rocket, ticket, at=NOON + day * DAY)
        follow(in_rocket, NOON + day * DAY)
    assert sweep(in_rocket, NOON + 89 * DAY) == (0, 0)
    assert sweep(in_rocket, NOON + 91 * DAY) == (1, 1)
    assert sweep(in_rocket, NOON + 91 * DAY) == (0, 0)
    hook.refresh_from_db()
    assert hook.state == SubscriptionState.ENDED
    [told] = Notification.objects.filter(kind="webhook.expired")
    assert told.agent == in_rocket.admin
    respond(in_rocket, ticket, at=NOON + 92 * DAY)
    follow(in_rocket, NOON + 92 * DAY)
    waiting = WebhookDelivery.objects.filter(state=OutboxState.WAITING)
    assert waiting.filter(subscription=hook).count() == 1
    assert waiting.filter(subscription=other).count() == 3
    assert resume(hook, by=in_rocket.admin, at=NOON + 93 * DAY)
    send(hook, NOON + 93 * DAY)
    assert len(receiver.ids) == 1


def test_a_sender_reads_no_more_than_it_sends(
    in_rocket: Cast,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: Any,
) -> None:
    """Of each ticket the oldest, by event, however many wait."""
    monkeypatch.setattr(claiming, "BATCH", 3)
    hook = subscribe(in_rocket, receiver)
    tickets = [in_rocket.open_ticket() for _ in range(5)]
    for ticket in (*tickets, *tickets):
        respond(in_rocket, ticket)
    follow(in_rocket)
    with django_assert_num_queries(1) as asked:
        heads = list_heads(hook, at=NOON)
    assert "LIMIT 3" in asked[0]["sql"]
    first = WebhookDelivery.objects.order_by("event_id")
    assert heads == [each.pk for each in first[:3]]
    WebhookDelivery.objects.filter(pk=heads[0]).update(next_try_at=NOON + DAY)
    assert list_heads(hook, at=NOON) == [each.pk for each in first[1:4]]
    WebhookSubscription.objects.update(replay_after=first[1].event_id)
    hook.refresh_from_db()
    assert list_heads(hook, at=NOON) == [first[1].pk]
