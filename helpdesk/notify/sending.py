"""Emails of notifications that are due: one for each agent, with a line and a link for each.

They say no more than the notification does, and nothing of what the agent may no longer see.
Whoever read it in the meantime gets no email. While an agent is off shift, emails wait; those of
emergencies don't.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import F, Q, QuerySet

from accounts.failures import capture_failure, leave_to_log
from accounts.models import Agent, Desk
from channels_intake.outgoing.errors import MAIL_SERVER_ERRORS
from channels_intake.outgoing.outages import is_paused
from helpdesk.notify.emails import send_notifications
from helpdesk.notify.wanted import sort_notifications
from tickets.models import NotificationEmail

logger = structlog.get_logger(__name__)

BATCH = 100  # agents
MAX_EMAILS = 500  # of an agent in one email
CLAIMED = timedelta(minutes=10)
PAUSE = timedelta(minutes=5)
MAX_ATTEMPTS = 6


def list_due_emails(at: datetime) -> QuerySet[NotificationEmail]:
    """Return the emails that are due, and those whose sending was cut off."""
    is_free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=at)
    return NotificationEmail.objects.filter(is_free, due_at__lte=at)


def send_due_emails(*, desk_id: int, at: datetime) -> int:
    """Send or put off the emails of a desk that are due. Return how many rows were handled.

    An email whose sending was cut off isn't sent again: it may have left. The notification is there
    all the same. Whatever fails for one agent is logged and counts as cut off; the others get
    theirs. While the mail server refuses us, all of it waits, and no attempt is counted.
    """
    if is_paused(at):
        return 0
    desk = Desk.objects.get(pk=desk_id)
    cut_off = NotificationEmail.objects.filter(desk_id=desk_id, claimed_until__lt=at)
    handled = cut_off.delete()[0]
    due = list_due_emails(at).filter(desk_id=desk_id).order_by("agent_id")
    agent_ids = list(due.values_list("agent_id", flat=True).distinct()[:BATCH])
    agents = Agent.objects.with_closed_departments().select_related("user").in_bulk(agent_ids)
    for agent in agents.values():
        agent.desk = desk
        with capture_failure(leave_to_log, event="notification_email_failed", agent=agent.pk):
            handled += _handle(agent, at)
    return handled


def _handle(agent: Agent, at: datetime) -> int:
    emails = _claim(agent, at)
    tried = [one.notification_id for one in emails if one.attempts < MAX_ATTEMPTS]
    found = sort_notifications(agent, tried, at)
    now, later = found.now, found.later
    _put_off(emails, later, until=found.until)
    if not now:
        _finish(emails, {one.notification_id for one in emails} - later)
        return len(emails)
    try:
        send_notifications(agent, now)
    except MAIL_SERVER_ERRORS as error:
        logger.warning("notification_email_failed", agent=agent.pk, error=str(error))
        _put_off(emails, {one.pk for one in now}, until=at + PAUSE)
        return len(emails)
    _finish(emails, {one.notification_id for one in emails} - later)
    return len(emails)


def _claim(agent: Agent, at: datetime) -> list[NotificationEmail]:
    """Claim the due emails of an agent, so that no other worker sends them, too."""
    with transaction.atomic():
        due = list_due_emails(at).filter(agent=agent, claimed_until__isnull=True).order_by("pk")
        free = list(due.select_for_update(skip_locked=True, of=("self",))[:MAX_EMAILS])
        mine = NotificationEmail.objects.filter(pk__in=[one.pk for one in free])
        mine.update(claimed_until=at + CLAIMED, attempts=F("attempts") + 1)
    return free


def _put_off(emails: Iterable[NotificationEmail], ids: set[int], *, until: datetime) -> None:
    mine = [one.pk for one in emails if one.notification_id in ids]
    if mine:
        NotificationEmail.objects.filter(pk__in=mine).update(due_at=until, claimed_until=None)


def _finish(emails: Iterable[NotificationEmail], ids: set[int]) -> None:
    mine = [one.pk for one in emails if one.notification_id in ids]
    NotificationEmail.objects.filter(pk__in=mine).delete()
