"""Sort due notifications: those that an agent still needs outside of Plumbline, and when."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q

from accounts.models import Agent
from helpdesk.notify.shifts import find_waiting_end
from tickets.models import Notification
from tickets.notifications import list_visible_notifications
from tickets.notify.topics import URGENT, get_topic_of

MAX_AGE = timedelta(days=14)  # what is older needs nothing anymore


@dataclass(frozen=True, slots=True)
class Sorted:
    """now: the oldest first. later: IDs of what waits until ``until``. The rest isn't needed."""

    now: list[Notification]
    later: set[int]
    until: datetime


def sort_notifications(agent: Agent, ids: Collection[int], at: datetime) -> Sorted:
    """Sort due notifications of an agent, who was read with their user and departments."""
    wanted = _list_wanted(agent, ids, at)
    waiting = find_waiting_end(agent, at) if wanted else None
    now = [one for one in wanted if waiting is None or get_topic_of(one) in URGENT]
    later = {one.pk for one in wanted} - {one.pk for one in now}
    return Sorted(now, later, waiting or at)


def _list_wanted(agent: Agent, ids: Collection[int], at: datetime) -> list[Notification]:
    """Return the notifications that the agent hasn't read and may see, the oldest first."""
    if not agent.is_active or not agent.user.is_active:
        return []
    found = list_visible_notifications(agent).filter(pk__in=ids, created_at__gte=at - MAX_AGE)
    # What isn't shown in Plumbline counts as read from the start.
    unread = found.filter(Q(read_at__isnull=True) | Q(read_at=F("created_at")))
    return list(unread.select_related("ticket__desk", "event").order_by("pk"))
