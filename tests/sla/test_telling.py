"""Notifying of many breaches takes as few statements as notifying of one (P9)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Agent, Role
from sla.sweeps import mark_breached
from tests.cast import NOON, Cast
from tickets.deliveries import deliver
from tickets.events import EventKind
from tickets.models import EventDelivery, Notification
from tickets.queueing import collecting_tasks

LATE = NOON + timedelta(days=9)
BREACHES = 120


def tell(cast: Cast, capture: Any) -> int:
    """Mark due clocks, and run the one task that notifies agents. Return the statements."""
    with collecting_tasks() as tasks, capture(execute=True):
        mark_breached(desk_id=cast.desk.pk, at=LATE)
    [(_task, given)] = tasks
    with CaptureQueriesContext(connection) as queries:
        deliver(event_ids=given["event_ids"], at=LATE)
    return len(queries)


def test_one_task_sends_notifications_of_many_breaches_in_as_few_statements_as_of_one(
    in_rocket: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    in_rocket.open_ticket()
    one = tell(in_rocket, django_capture_on_commit_callbacks)
    Notification.objects.all().delete()
    for _ in range(BREACHES):
        in_rocket.open_ticket()
    assert tell(in_rocket, django_capture_on_commit_callbacks) <= one + 1

    leads = Agent.objects.filter(role=Role.LEAD, is_active=True).count()
    told = Notification.objects.filter(event__kind=EventKind.SLA_BREACHED)
    assert told.values("event").distinct().count() == BREACHES
    assert told.count() >= BREACHES * leads > 0
    assert not EventDelivery.objects.filter(event__kind=EventKind.SLA_BREACHED).exists()
