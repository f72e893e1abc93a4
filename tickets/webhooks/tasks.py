"""Tasks of webhooks: one sends for one subscription, and sweeps find what is due."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts.sweeps import sweep_desks
from accounts.tenancy import in_desk, system_scope
from tickets.queueing import queue_once, requeue
from tickets.sweeping import sweep_due
from tickets.webhooks.claiming import list_due_subscriptions
from tickets.webhooks.retention import (
    delete_old_deliveries,
    delete_unsent_deliveries,
    end_forgotten,
    list_forgotten,
    list_old_deliveries,
    list_unsent_deliveries,
)
from tickets.webhooks.sending import send_due_webhooks
from tickets.webhooks.storing import SEND


@shared_task
@in_desk
def send_webhooks(*, desk_id: int, subscription_id: int) -> None:
    """Send what is due of one webhook for some seconds, and queue another task for the rest."""
    if send_due_webhooks(subscription_id, at=timezone.now()):
        requeue(desk_id=desk_id, subscription_id=subscription_id)


@shared_task
def sweep_webhooks() -> int:
    """Queue the sending of due webhooks, a task for each of them. Return how many have some."""
    due = list_due_subscriptions(timezone.now()).filter(desk__is_suspended=False)
    with system_scope("find webhooks to send"):
        found = list(due.order_by("next_try_at", "pk").values_list("desk_id", "pk"))
    for desk_id, subscription_id in found:
        if not queue_once(SEND, desk_id=desk_id, subscription_id=subscription_id):
            break
    return len(found)


@shared_task
def sweep_old_webhooks() -> int:
    """End webhooks that stay paused, and delete deliveries older than their desk keeps them."""
    now = timezone.now()
    sweep_desks("find webhooks that stay paused", list_forgotten(now), end_forgotten, at=now)
    work = (
        ("find old webhook deliveries", list_old_deliveries, delete_old_deliveries),
        ("find deliveries of ended webhooks", list_unsent_deliveries, delete_unsent_deliveries),
    )
    return sum(sweep_due(reason, find, delete, by="created_at") for reason, find, delete in work)
