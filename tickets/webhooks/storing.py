"""The LATER follower of webhooks: one row in the outbox per subscription and event.

It only writes rows. The requests are sent by tasks of their own class, so that a slow receiver
delays no other follower.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from accounts.models import Agent, Desk
from tickets.conditions.conditions import parse
from tickets.conditions.values import Asked
from tickets.events import EventKind, ForDesksWith, Together
from tickets.models import (
    Channel,
    QueueRow,
    SubscriptionState,
    TicketEvent,
    WebhookDelivery,
    WebhookSubscription,
)
from tickets.queueing import Queue, TaskName, queue_once_after_commit
from tickets.webhooks.kinds import is_internal_event

SEND = TaskName("tickets.webhooks.tasks.send_webhooks", queue=Queue.WEBHOOKS)


def store_events(events: Sequence[TicketEvent]) -> None:
    """Add events of one desk to the outboxes of its subscriptions, and have them sent."""
    desk_id = events[0].desk_id
    open_to_events = WebhookSubscription.objects.filter(desk_id=desk_id)
    for subscription in open_to_events.exclude(state=SubscriptionState.ENDED):
        if store_for(subscription, events, at=events[-1].at):
            queue_webhooks(subscription)


def store_for(
    subscription: WebhookSubscription, events: Iterable[TicketEvent], *, at: datetime
) -> int:
    """Add the events that a subscription takes to its outbox. Return how many it takes.

    One that is there already stays as it is: the follower may run twice.
    """
    taken = pick_events(subscription, events, at=at)
    WebhookDelivery.objects.bulk_create(
        (_build_row(subscription, event, at) for event in taken), ignore_conflicts=True
    )
    return len(taken)


def queue_webhooks(subscription: WebhookSubscription) -> None:
    """Have the outbox of a subscription sent after the commit."""
    if subscription.state == SubscriptionState.ACTIVE:
        queue_once_after_commit(SEND, desk_id=subscription.desk_id, subscription_id=subscription.pk)


def pick_events(
    subscription: WebhookSubscription, events: Iterable[TicketEvent], *, at: datetime
) -> list[TicketEvent]:
    """Return the events that a subscription takes, by its kinds, its filters and what is internal.

    The filters apply to the tickets as they are now.
    """
    wanted = [event for event in events if _takes(subscription, event)]
    ticket_ids = {event.ticket_id for event in wanted}
    rows = QueueRow.objects.filter(desk_id=subscription.desk_id, pk__in=ticket_ids)
    if not subscription.includes_internal:
        rows = rows.exclude(channel=Channel.INTERNAL)
    if subscription.filters:
        # Nothing that these conditions can name depends on who asks.
        nobody = Agent(desk=Desk.objects.get(pk=subscription.desk_id))
        rows = rows.filter(parse(subscription.filters).compile(Asked(nobody, at)))
    matching = set(rows.values_list("pk", flat=True))
    return [event for event in wanted if event.ticket_id in matching]


def _takes(subscription: WebhookSubscription, event: TicketEvent) -> bool:
    if subscription.kinds and event.kind not in subscription.kinds:
        return False
    return subscription.includes_internal or not is_internal_event(event.kind, event.data)


def _build_row(
    subscription: WebhookSubscription, event: TicketEvent, at: datetime
) -> WebhookDelivery:
    return WebhookDelivery(
        desk_id=subscription.desk_id,
        subscription=subscription,
        ticket_id=event.ticket_id,
        event=event,
        kind=event.kind,
        next_try_at=at,
        created_at=at,
    )


# An import is silent: no receiver gets a hundred thousand old tickets as news.
KINDS = [kind for kind in EventKind if kind != EventKind.TICKET_IMPORTED]
LATER = ForDesksWith(
    WebhookSubscription._meta.db_table, dict.fromkeys(KINDS, Together(store_events))
)
