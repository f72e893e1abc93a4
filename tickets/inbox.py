"""Reading the lines of an agent's inbox."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Agent
from tickets.access import sight
from tickets.models import Notification


def unread_notifications(agent: Agent, *, most: int) -> list[Notification]:
    """The newest unread lines of an agent, with their tickets; none about a ticket hidden since."""
    unread = Notification.objects.filter(
        sight(agent, "ticket__"), agent=agent, read_at__isnull=True
    )
    return list(
        unread.select_related("ticket").defer("ticket__subject_search").order_by("-id")[:most]
    )


def find_notification(agent: Agent, notification_id: int) -> Notification:
    """A line of an agent's, with its ticket; Notification.DoesNotExist for another's or of a hidden ticket."""
    mine = Notification.objects.filter(sight(agent, "ticket__"), agent=agent)
    return mine.select_related("ticket").get(pk=notification_id)


def mark_ticket_read(*, agent: Agent, ticket_id: int, at: datetime) -> int:
    """The agent has seen what the lines about a ticket speak of; gives how many there were."""
    unread = Notification.objects.filter(agent=agent, read_at__isnull=True)
    return unread.filter(ticket_id=ticket_id).update(read_at=at)


def mark_all_read(*, agent: Agent, at: datetime) -> int:
    """The agent has seen all lines; gives how many there were."""
    return Notification.objects.filter(agent=agent, read_at__isnull=True).update(read_at=at)
