"""Notifications that are due in team chat: direct messages, handed over to the outbox.

Like emails, they aren't sent if the agent has read the notification, and wait for the shift. What
has come together is one message.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial

import structlog
from django.db import transaction
from django.db.models import QuerySet

from accounts.failures import capture_failure, get_pause
from accounts.models import Agent, Desk
from channels_intake.team_chat.direct import find_direct_way, queue_direct_message
from helpdesk.notify.wanted import sort_notifications
from tickets.models import Notification, NotificationChat, NotificationEmail
from tickets.notify.choosing import Ways, get_choices
from tickets.notify.topics import get_topic_of

BATCH = 50  # agents
MAX_ROWS = 200  # of an agent in one message
PAUSES = [timedelta(seconds=s) for s in (30, 60, 300, 900, 3600)]
MAX_ATTEMPTS = 6

log = structlog.get_logger(__name__)


def list_due_chats(at: datetime) -> QuerySet[NotificationChat]:
    """Return what is due in team chat."""
    return NotificationChat.objects.filter(due_at__lte=at)


def queue_due_chats(*, desk_id: int, at: datetime) -> int:
    """Hand over or put off what is due for a desk's agents. Return how many rows were handled.

    Whatever fails for one agent is logged; the others get theirs. After some tries in vain, it is
    emailed instead, if the agent gets it in no other way.
    """
    desk = Desk.objects.get(pk=desk_id)
    due = list_due_chats(at).filter(desk_id=desk_id).order_by("agent_id")
    agent_ids = list(due.values_list("agent_id", flat=True).distinct()[:BATCH])
    agents = Agent.objects.with_closed_departments().select_related("user").in_bulk(agent_ids)
    handled = 0
    for agent in agents.values():
        agent.desk = desk
        with capture_failure(
            partial(_put_off, agent, at), event="notification_chat_failed", agent=agent.pk
        ):
            handled += _handle(agent, at)
    return handled


def _put_off(agent: Agent, at: datetime, error: str) -> None:
    """Count a try in vain, and try again after a pause, or give up."""
    with transaction.atomic():
        due = list_due_chats(at).filter(agent=agent).order_by("pk")
        rows = list(due.select_for_update(skip_locked=True, of=("self",))[:MAX_ROWS])
        for row in rows:
            row.attempts += 1
            row.due_at = at + get_pause(row.attempts, PAUSES)
        lost = [row for row in rows if row.attempts >= MAX_ATTEMPTS]
        NotificationChat.objects.bulk_update(rows, ["attempts", "due_at"])
        if lost:
            _give_up(agent, lost, at, error)


def _give_up(agent: Agent, lost: list[NotificationChat], at: datetime, error: str) -> None:
    log.error(
        "notification_chat_given_up",
        agent=agent.pk,
        count=len(lost),
        problem="Team chat took none of these notifications. They are emailed if they come in no"
        f" other way. Last error: {error}",
    )
    ids = [row.notification_id for row in lost]
    _email_instead(agent, Notification.objects.filter(pk__in=ids).select_related("event"), at)
    NotificationChat.objects.filter(pk__in=[row.pk for row in lost]).delete()


@transaction.atomic
def _handle(agent: Agent, at: datetime) -> int:
    """Replace an agent's rows by a call of the outbox, in one transaction."""
    due = list_due_chats(at).filter(agent=agent).order_by("pk")
    rows = list(due.select_for_update(skip_locked=True, of=("self",))[:MAX_ROWS])
    found = sort_notifications(agent, [row.notification_id for row in rows], at)
    waiting = [row.pk for row in rows if row.notification_id in found.later]
    NotificationChat.objects.filter(pk__in=waiting).update(due_at=found.until)
    if found.now and find_direct_way(agent) is None:
        _email_instead(agent, found.now, at)
    elif found.now:
        queue_direct_message(agent, [one.pk for one in found.now], at=at)
    done = [row.pk for row in rows if row.notification_id not in found.later]
    NotificationChat.objects.filter(pk__in=done).delete()
    return len(rows)


def _email_instead(agent: Agent, found: Iterable[Notification], at: datetime) -> None:
    """Have what no chat can take emailed, as far as the agent gets it in no other way.

    The channel was turned off since they chose it, or their user in it was removed.
    """
    ways = get_choices(agent).ways
    only = Ways(in_page=False, by_email=False, by_chat=True)
    lost = [one for one in found if ways[get_topic_of(one)] == only]
    NotificationEmail.objects.bulk_create(
        (
            NotificationEmail(desk_id=agent.desk_id, notification=one, agent=agent, due_at=at)
            for one in lost
        ),
        ignore_conflicts=True,
    )
