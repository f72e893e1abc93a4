"""The browsers that show an agent's notifications. Each agent adds and removes their own only."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q, QuerySet

from accounts.models import Agent
from tickets.models import (
    Notification,
    NotificationChoice,
    NotificationEmail,
    NotificationPush,
    PushSubscription,
)
from tickets.notify.topics import get_topic_of

MAX_DEVICES = 10  # of an agent; the oldest gives way to a new one


def list_devices(agent: Agent) -> QuerySet[PushSubscription]:
    """Return an agent's devices, the oldest first."""
    return PushSubscription.objects.filter(agent=agent).order_by("pk")


@transaction.atomic
def add_device(
    *,
    agent: Agent,
    endpoint: str,
    public_key: str,
    auth_secret: str,
    server_key: str,
    name: str,
    at: datetime,
) -> PushSubscription:
    """Add a browser, or replace what is known of it, also if it was another agent's of the desk.

    A browser has one subscription at a desk, so whoever signs in there last gets notifications on
    it, and nobody else does.
    """
    # One at a time, so that two clicks neither fail nor leave two rows.
    Agent.objects.select_for_update(of=("self",), no_key=True).get(pk=agent.pk)
    PushSubscription.objects.filter(desk_id=agent.desk_id, endpoint=endpoint).delete()
    added = PushSubscription.objects.create(
        desk_id=agent.desk_id,
        agent=agent,
        endpoint=endpoint,
        public_key=public_key,
        auth_secret=auth_secret,
        server_key=server_key,
        name=name,
        created_at=at,
    )
    kept = list_devices(agent).order_by("-pk").values_list("pk", flat=True)[:MAX_DEVICES]
    list_devices(agent).exclude(pk__in=list(kept)).delete()
    return added


def renew_device(
    *, agent: Agent, device_id: int, endpoint: str, public_key: str, auth_secret: str
) -> bool:
    """Save the new subscription of a browser whose old one has ended, or return False.

    What is due on the device goes to the new one.
    """
    fresh = {"endpoint": endpoint, "public_key": public_key, "auth_secret": auth_secret}
    with transaction.atomic():
        Agent.objects.select_for_update(of=("self",), no_key=True).get(pk=agent.pk)
        same = PushSubscription.objects.filter(desk_id=agent.desk_id, endpoint=endpoint)
        same.exclude(pk=device_id).delete()
        return bool(list_devices(agent).filter(pk=device_id).update(**fresh))


def lacks_device(agent: Agent) -> bool:
    """Return True if an agent wants notifications on devices, but has none."""
    wanted = NotificationChoice.objects.filter(agent=agent, by_push=True)
    return wanted.exists() and not list_devices(agent).exists()


def lose_device(device: PushSubscription, told: Collection[Notification], *, at: datetime) -> None:
    """Remove a device whose subscription has ended, with what is due on it.

    told: the notifications that it didn't show. If it was the agent's last device, they are
    emailed and shown in Plumbline instead.
    """
    with transaction.atomic():
        Agent.objects.select_for_update(of=("self",), no_key=True).get(pk=device.agent_id)
        due = NotificationPush.objects.filter(subscription=device).values("notification_id")
        wanted = Q(pk__in=[one.pk for one in told]) | Q(pk__in=due)
        mine = Notification.objects.filter(wanted, agent_id=device.agent_id)
        lost = list(mine.select_related("event"))
        device.delete()
        if not PushSubscription.objects.filter(agent_id=device.agent_id).exists():
            _notify_otherwise(device.agent_id, lost, at)


def _notify_otherwise(agent_id: int, lost: Collection[Notification], at: datetime) -> None:
    rows = NotificationChoice.objects.filter(agent_id=agent_id, by_email=True)
    emailed = set(rows.values_list("topic", flat=True))
    due = [
        NotificationEmail(desk_id=one.desk_id, notification=one, agent_id=agent_id, due_at=at)
        for one in lost
        if get_topic_of(one).value not in emailed  # those are emailed anyway
    ]
    NotificationEmail.objects.bulk_create(due, ignore_conflicts=True)
    # What isn't shown in Plumbline counts as read from the start.
    hidden = Notification.objects.filter(pk__in=[one.pk for one in lost])
    hidden.filter(read_at=F("created_at")).update(read_at=None)


def remove_device(*, agent: Agent, device_id: int) -> bool:
    """Remove a device of an agent, with what is due on it. Return False if it isn't theirs."""
    return bool(list_devices(agent).filter(pk=device_id).delete()[0])
