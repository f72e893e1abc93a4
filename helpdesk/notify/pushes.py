"""Notifications that are due on devices. Each goes to all devices of its agent.

They say less than the notification does (push_texts.py), and nothing of what the agent may no
longer see. Like emails, they aren't sent if the agent has read the notification, and wait for the
shift. A message whose sending was cut off is sent again: the device replaces the first by its tag.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import CombinedExpression

from accounts.failures import capture_failure, get_pause, leave_to_log
from accounts.models import Agent, Desk
from accounts.places.languages import use_recipient_locale
from helpdesk.notify.push_texts import compose_push, compose_summary
from helpdesk.notify.wanted import sort_notifications
from helpdesk.notify.web_push import Outcome, Result, get_host, send_push
from tickets.models import Notification, NotificationPush, PushSubscription
from tickets.notify.devices import lose_device
from tickets.notify.topics import URGENT, get_topic_of

BATCH = 20  # agents
MAX_ROWS = 200  # of an agent
MAX_SINGLE = 3  # more at once are one message that says how many
MAX_BUSY = 3  # hosts that couldn't take a message, in one turn: each may have cost seconds
CLAIMED = timedelta(minutes=10)
PAUSES = [timedelta(seconds=s) for s in (30, 60, 300, 900, 3600)]
MAX_ATTEMPTS = 6

Rows = Sequence[NotificationPush]


def list_due_pushes(at: datetime) -> QuerySet[NotificationPush]:
    """Return what is due on devices, also what a worker claimed that died since."""
    is_free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=at)
    return NotificationPush.objects.filter(is_free, due_at__lte=at)


def send_due_pushes(*, desk_id: int, at: datetime) -> int:
    """Send or put off what is due on devices of a desk's agents. Return how many were handled.

    Whatever fails for one agent is logged; the others get theirs.
    """
    desk = Desk.objects.get(pk=desk_id)
    if desk.is_suspended:
        return 0
    due = list_due_pushes(at).filter(desk_id=desk_id).order_by("agent_id")
    agent_ids = list(due.values_list("agent_id", flat=True).distinct()[:BATCH])
    agents = Agent.objects.with_closed_departments().select_related("user").in_bulk(agent_ids)
    handled, busy = 0, set[str]()
    for agent in agents.values():
        agent.desk = desk
        with capture_failure(leave_to_log, event="notification_push_failed", agent=agent.pk):
            handled += _handle(agent, at, busy)
    return handled


def _handle(agent: Agent, at: datetime, busy: set[str]) -> int:
    rows = _claim(agent, at)
    tried = {row.notification_id for row in rows if row.attempts <= MAX_ATTEMPTS}
    found = sort_notifications(agent, tried, at)
    waiting = [row for row in rows if row.notification_id in found.later]
    _put_off(waiting, until=found.until, attempts=0)
    now = {one.pk: one for one in found.now}
    done = [row for row in rows if row.notification_id not in {*now, *found.later}]
    _finish([*done, *(row for row in rows if row.attempts > MAX_ATTEMPTS)])
    due = [row for row in rows if row.notification_id in now and row.attempts <= MAX_ATTEMPTS]
    for subscription in {row.subscription for row in due}:
        mine = [row for row in due if row.subscription_id == subscription.pk]
        if len(busy) >= MAX_BUSY and get_host(subscription) not in busy:
            # The worker is everybody's. This was no attempt.
            _put_off(mine, until=at + PAUSES[0], attempts=F("attempts") - 1)
            continue
        _send(agent, subscription, mine, now, at=at, busy=busy)
    return len(rows)


def _claim(agent: Agent, at: datetime) -> list[NotificationPush]:
    """Claim what is due for an agent, so that no other worker sends it, too."""
    with transaction.atomic():
        due = list_due_pushes(at).filter(agent=agent, subscription__agent=agent).order_by("pk")
        free = due.select_related("subscription").select_for_update(skip_locked=True, of=("self",))
        rows = list(free[:MAX_ROWS])
        mine = NotificationPush.objects.filter(pk__in=[row.pk for row in rows])
        mine.update(claimed_until=at + CLAIMED, attempts=F("attempts") + 1)
    for row in rows:
        row.attempts += 1
    return rows


def _send(
    agent: Agent,
    subscription: PushSubscription,
    rows: Rows,
    found: dict[int, Notification],
    *,
    at: datetime,
    busy: set[str],
) -> None:
    """Send the rows of one device. busy: hosts that can't take any now; this adds to them."""
    host = get_host(subscription)
    parts = [[row] for row in rows] if len(rows) <= MAX_SINGLE else [list(rows)]
    for part in parts:
        told = [found[row.notification_id] for row in part]
        if host in busy:
            outcome = Outcome(Result.LATER)
        else:
            is_urgent = any(get_topic_of(one) in URGENT for one in told)
            payload = _compose(agent, told)
            outcome = send_push(subscription, payload, is_urgent=is_urgent, at=at)
        if outcome.result == Result.GONE:
            lose_device(subscription, told, at=at)
            return
        if outcome.result == Result.LATER:
            busy.add(host)
            _put_off(part, until=at + _find_wait(part, outcome))
        else:
            _finish(part)


def _compose(agent: Agent, told: Sequence[Notification]) -> bytes:
    with use_recipient_locale(desk=agent.desk, user=agent.user):
        if len(told) == 1:
            return compose_push(agent.desk, told[0])
        return compose_summary(agent.desk, len(told))


def _find_wait(rows: Rows, outcome: Outcome) -> timedelta:
    if outcome.seconds is not None:
        return timedelta(seconds=outcome.seconds)
    return get_pause(rows[0].attempts, PAUSES)


def _put_off(
    rows: Iterable[NotificationPush],
    *,
    until: datetime,
    attempts: int | CombinedExpression | None = None,
) -> None:
    """Have rows sent later. attempts: how many count so far, if not all of them."""
    changed: dict[str, Any] = {"due_at": until, "claimed_until": None}
    if attempts is not None:
        changed["attempts"] = attempts
    NotificationPush.objects.filter(pk__in=[row.pk for row in rows]).update(**changed)


def _finish(rows: Iterable[NotificationPush]) -> None:
    NotificationPush.objects.filter(pk__in=[row.pk for row in rows]).delete()
