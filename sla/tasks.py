"""Tasks of the SLA clocks."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts.sweeps import list_desks_with_work
from accounts.tenancy import desk_scope, in_desk
from sla.holidays.refresh import REFRESH, list_sources_to_refresh
from sla.holidays.refresh import refresh_source as refresh_one
from sla.ladders.gaps import list_paging_steps, warn_of_gaps
from sla.ladders.stepping import list_due_ladders, take_due_steps
from sla.models import Replan
from sla.replanning import apply_replans as apply_replans_of_desk
from sla.sweeps import list_clocks_to_warn, list_due_clocks, mark_breached, warn_of_due
from tickets.queueing import send_task
from tickets.sweeping import sweep_due


@shared_task
def warn_of_due_clocks() -> int:
    """Warn of clocks that have passed a point of their target."""
    return sweep_due("find clocks to warn of", list_clocks_to_warn, warn_of_due, by="warn_at")


@shared_task
def mark_breached_clocks() -> int:
    """Mark clocks that were due and not met (M109)."""
    return sweep_due("find breached clocks", list_due_clocks, mark_breached, by="due_at")


@shared_task
def take_ladder_steps() -> int:
    """Run the steps of escalation ladders that are due (M104)."""
    return sweep_due("find due ladders", list_due_ladders, take_due_steps, by="next_at")


@shared_task
def warn_of_on_call_gaps() -> int:
    """Notify leads of hours of the next days in which nobody is on call for a ladder."""
    return sweep_due("find ladders that page", list_paging_steps(), warn_of_gaps)


@shared_task
def apply_replans() -> int:
    """Let open tickets follow changed targets, policies and calendars."""
    return sweep_due(
        "find changes of SLA settings",
        Replan.objects.filter(done_at__isnull=True),
        apply_replans_of_desk,
        by="at",
    )


@shared_task
def refresh_holidays() -> int:
    """Queue a refresh of each source of holidays that was not checked for a day."""
    now = timezone.now()
    due, queued = list_sources_to_refresh(now), 0
    for desk_id in list_desks_with_work("find sources of holidays", due):
        with desk_scope(desk_id):
            for source_id in due.values_list("pk", flat=True):
                queued += send_task(REFRESH, desk_id=desk_id, source_id=source_id)
    return queued


@shared_task
@in_desk
def refresh_source(*, desk_id: int, source_id: int) -> bool:
    """Refresh a source of holidays, unless that was just done."""
    now = timezone.now()
    if not list_sources_to_refresh(now).filter(desk_id=desk_id, pk=source_id).exists():
        return False
    return refresh_one(source_id=source_id, at=now)
