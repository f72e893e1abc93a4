"""Tasks of the SLA clocks."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts.sweeps import list_desks_with_work, sweep_desks
from accounts.tenancy import desk_scope, in_desk
from sla.holidays.refresh import REFRESH, list_sources_to_refresh
from sla.holidays.refresh import refresh_source as refresh_one
from sla.ladders.gaps import list_paging_steps, warn_of_gaps
from sla.ladders.stepping import list_due_ladders, take_due_steps
from sla.models import Replan
from sla.replanning import apply_replans as apply_replans_of_desk
from sla.sweeps import list_clocks_to_warn, list_due_clocks, mark_breached, warn_of_due
from tickets.queueing import requeue, send_task


@shared_task
def warn_of_due_clocks() -> int:
    """Warn of clocks that have passed a point of their target."""
    now = timezone.now()
    due = list_clocks_to_warn(now)
    return sweep_desks(
        "find clocks to warn of", due, warn_of_due, at=now, by="warn_at", again=requeue
    )


@shared_task
def mark_breached_clocks() -> int:
    """Mark clocks that were due and not met (M109)."""
    now = timezone.now()
    due = list_due_clocks(now)
    return sweep_desks(
        "find breached clocks", due, mark_breached, at=now, by="due_at", again=requeue
    )


@shared_task
def take_ladder_steps() -> int:
    """Run the steps of escalation ladders that are due (M104)."""
    now = timezone.now()
    due = list_due_ladders(now)
    return sweep_desks("find due ladders", due, take_due_steps, at=now, by="next_at", again=requeue)


@shared_task
def warn_of_on_call_gaps() -> int:
    """Notify leads of hours of the next days in which nobody is on call for a ladder."""
    now = timezone.now()
    return sweep_desks(
        "find ladders that page", list_paging_steps(), warn_of_gaps, at=now, again=requeue
    )


@shared_task
def apply_replans() -> int:
    """Let open tickets follow changed targets, policies and calendars."""
    now = timezone.now()
    due = Replan.objects.filter(done_at__isnull=True)
    return sweep_desks(
        "find changes of SLA settings", due, apply_replans_of_desk, at=now, by="at", again=requeue
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
