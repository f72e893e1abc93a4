"""The daily summary of unread notifications, for agents who want one: once a day from 8:00."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import structlog
from django.db.models import QuerySet

from accounts.failures import capture_failure, leave_to_log
from accounts.models import Desk
from accounts.places.languages import get_time_zone
from channels_intake.outgoing.errors import MAIL_SERVER_ERRORS
from helpdesk.notify.emails import send_notifications
from helpdesk.notify.shifts import find_waiting_end
from tickets.models import NotificationSettings
from tickets.notifications import list_unread_notifications

logger = structlog.get_logger(__name__)

FROM_HOUR = 8
MAX_UNREAD = 200


def list_digests() -> QuerySet[NotificationSettings]:
    """Return the settings of the agents who want a daily summary."""
    return NotificationSettings.objects.filter(has_digest=True, agent__is_active=True)


def send_due_digests(*, desk_id: int, at: datetime) -> int:
    """Send the daily summaries of a desk that are due. Return how many.

    Each is claimed by a conditional update, so that only one of several workers sends it. One that
    the mail server refuses is given back. Whatever fails for one person is logged, and theirs comes
    the next day; the others get theirs.
    """
    desk = Desk.objects.get(pk=desk_id)
    found = list_digests().filter(desk_id=desk_id).select_related("agent__user").order_by("pk")
    return sum(_send_contained(desk, one, at) for one in found)


def _send_contained(desk: Desk, chosen: NotificationSettings, at: datetime) -> bool:
    with capture_failure(leave_to_log, event="digest_failed", agent=chosen.agent_id):
        return _send(desk, chosen, at)
    return False


def _send(desk: Desk, chosen: NotificationSettings, at: datetime) -> bool:
    agent, before = chosen.agent, chosen.digest_on
    agent.desk = desk
    local = at.astimezone(ZoneInfo(get_time_zone(desk=desk, user=agent.user)))
    if local.hour < FROM_HOUR or before == local.date() or find_waiting_end(agent, at):
        return False
    mine = NotificationSettings.objects.filter(pk=chosen.pk, digest_on=before)
    if not mine.update(digest_on=local.date()):
        return False
    unread = list_unread_notifications(agent, limit=MAX_UNREAD)
    if not unread:
        return False
    try:
        send_notifications(agent, unread, is_digest=True)
    except MAIL_SERVER_ERRORS as error:
        logger.warning("digest_failed", agent=agent.pk, error=str(error))
        NotificationSettings.objects.filter(pk=chosen.pk).update(digest_on=before)
        return False
    return True
