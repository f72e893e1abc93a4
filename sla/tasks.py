"""Tasks of the SLA clocks."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts.sweeps import sweep_desks
from sla.sweeps import list_clocks_to_warn, list_due_clocks, mark_breached, warn_of_due


@shared_task
def warn_of_due_clocks() -> int:
    """Warn of first responses that are due soon."""
    now = timezone.now()
    return sweep_desks("find clocks to warn of", list_clocks_to_warn(now), warn_of_due, at=now)


@shared_task
def mark_breached_clocks() -> int:
    """Mark first responses that were due and not sent (M109)."""
    now = timezone.now()
    return sweep_desks("find breached clocks", list_due_clocks(now), mark_breached, at=now)
