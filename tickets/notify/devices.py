"""The browsers that show an agent's notifications. Each agent adds and removes their own only."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Agent
from tickets.models import PushSubscription

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


def remove_device(*, agent: Agent, device_id: int) -> bool:
    """Remove a device of an agent, with what is due on it. Return False if it isn't theirs."""
    return bool(list_devices(agent).filter(pk=device_id).delete()[0])
