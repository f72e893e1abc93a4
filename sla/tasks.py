"""Tasks of the SLA clocks."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts.sweeps import sweep_desks
from sla.models import Replan
from sla.replanning import apply_replans as apply_replans_of_desk
from sla.sweeps import list_clocks_to_warn, list_due_clocks, mark_breached, warn_of_due
from tickets.queueing import requeue


@shared_task
def warn_of_due_clocks() -> int:
    """Warn of first responses that are due soon."""
    now = timezone.now()
    due = list_clocks_to_warn(now)
    return sweep_desks(
        "find clocks to warn of", due, warn_of_due, at=now, by="warn_at", again=requeue
    )


@shared_task
def mark_breached_clocks() -> int:
    """Mark first responses that were due and not sent (M109)."""
    now = timezone.now()
    due = list_due_clocks(now)
    return sweep_desks(
        "find breached clocks", due, mark_breached, at=now, by="due_at", again=requeue
    )


@shared_task
def apply_replans() -> int:
    """Let open tickets follow changed targets, policies and calendars."""
    now = timezone.now()
    due = Replan.objects.filter(done_at__isnull=True)
    return sweep_desks(
        "find changes of SLA settings", due, apply_replans_of_desk, at=now, by="at", again=requeue
    )
