"""The SLA's part of the timetable."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts.sweeps import sweep_desks
from sla.sweeps import clocks_to_warn, due_clocks, mark_breached, warn_of_due


@shared_task
def warn_of_due_clocks() -> int:
    """Warn of first responses that come due."""
    now = timezone.now()
    return sweep_desks("find clocks to warn of", clocks_to_warn(now), warn_of_due, at=now)


@shared_task
def mark_breached_clocks() -> int:
    """Mark first responses that were promised and not given (M109)."""
    now = timezone.now()
    return sweep_desks("find breached clocks", due_clocks(now), mark_breached, at=now)
