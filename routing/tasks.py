"""Tasks of routing: tickets without an agent who can work on them, and the agents' schedules."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from celery import shared_task
from django.utils import timezone

from accounts.failures import capture_failure, leave_to_log
from accounts.models import Agent
from accounts.sweeps import SLICE_SECONDS, take_turns
from accounts.tenancy import in_desk
from routing.handover.lending import hand_back_tickets, lend_due_tickets, list_lent_tickets
from routing.handover.sweeps import (
    end_stale_handovers,
    list_expired_offers,
    list_stale_handovers,
    list_unclaimed_handovers,
    pass_on_offers,
    raise_alarms,
)
from routing.models import Absence, DryRun, ExtraShift, OnCallRota, OnCallTurn
from routing.models.dry_runs import WORKING
from routing.rules.dry_runs import work_on_dry_run
from routing.services import (
    assign_waiting_tickets,
    list_stranded_tickets,
    list_unassigned_tickets,
    reassign_stranded_tickets,
)
from routing.staff.missing import list_watched_agents, report_missing
from routing.staff.on_call import plan_rota
from routing.staff.retention import delete_old, list_old
from tickets.queueing import requeue
from tickets.sweeping import sweep_due


@shared_task
def sweep_unassigned_tickets() -> int:
    """Assign unassigned tickets as soon as an agent is on shift (M13), and stranded ones.

    Stranded tickets are those of agents who were deactivated or made observers. Also queued then.
    """
    left = sweep_due(
        "find tickets whose agent left", list_stranded_tickets(), reassign_stranded_tickets
    )
    return left + sweep_due(
        "find unassigned tickets", list_unassigned_tickets(), assign_waiting_tickets
    )


@shared_task
@in_desk
def assign_waiting_of_desk(*, desk_id: int) -> int:
    """Assign a desk's unassigned tickets, because an agent has become available."""
    done, is_left = take_turns(
        [desk_id],
        lambda _: assign_waiting_tickets(desk_id=desk_id, at=timezone.now()),
        seconds=SLICE_SECONDS,
    )
    if is_left:
        requeue(desk_id=desk_id)
    return done


@shared_task
def sweep_offers() -> int:
    """Assign tickets that weren't accepted in time to the next agent."""
    return sweep_due(
        "find offers that expired", list_expired_offers, pass_on_offers, by="expires_at"
    )


@shared_task
def sweep_handovers() -> int:
    """Hand over what can't wait for absent agents, hand back what was lent, and raise alarms."""
    return (
        sweep_due("find handovers that are over", list_stale_handovers(), end_stale_handovers)
        + sweep_due("find unclaimed handovers", list_unclaimed_handovers, raise_alarms)
        + sweep_due("find lent tickets", list_lent_tickets(), hand_back_tickets)
        + sweep_due(
            "find desks with agents", Agent.objects.filter(is_active=True), lend_due_tickets
        )
    )


@shared_task
def report_missing_agents() -> int:
    """Notify leads of agents who should be on shift and aren't active (M55)."""
    return sweep_due("find desks that report missing agents", list_watched_agents(), report_once)


def report_once(*, desk_id: int, at: datetime) -> int:
    """Report a desk's missing agents. Returns 0: there is never a second batch."""
    report_missing(desk_id=desk_id, at=at)
    return 0


@shared_task
def plan_on_call() -> int:
    """Plan the turns of on-call rotas some weeks ahead."""
    return sweep_due(
        "find on-call rotas", OnCallRota.objects.filter(is_active=True), plan_desk_once
    )


def plan_desk_once(*, desk_id: int, at: datetime) -> int:
    """Plan the turns of a desk's rotas; one that fails doesn't stop the others.

    Returns 0: there is never a second batch.
    """
    rotas = OnCallRota.objects.filter(desk_id=desk_id, is_active=True)
    for rota_id in list(rotas.values_list("pk", flat=True)):
        with capture_failure(leave_to_log, event="rota_failed", rota=rota_id):
            plan_rota(rota_id=rota_id, at=at)
    return 0


@shared_task
def sweep_old_schedules() -> int:
    """Delete absences, extra shifts and on-call turns that ended more than 400 days ago."""
    return sum(
        sweep_due(
            "find old absences and turns", partial(list_old, model), partial(delete_old, model)
        )
        for model in (Absence, ExtraShift, OnCallTurn)
    )


@shared_task
def work_on_dry_runs() -> int:
    """Try routing rules on the latest tickets, or apply the result. Queued when one starts."""
    return sweep_due(
        "find dry runs of routing rules", DryRun.objects.filter(state__in=WORKING), work_on_dry_run
    )
