"""Tasks of routing: tickets without an agent who can work on them now."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts.models import Agent
from accounts.sweeps import sweep_desks
from routing.handover.lending import hand_back_tickets, lend_due_tickets, list_lent_tickets
from routing.handover.sweeps import (
    end_stale_handovers,
    list_expired_offers,
    list_stale_handovers,
    list_unclaimed_handovers,
    pass_on_offers,
    raise_alarms,
)
from routing.services import (
    assign_waiting_tickets,
    list_stranded_tickets,
    list_unassigned_tickets,
    reassign_stranded_tickets,
)
from tickets.queueing import requeue


@shared_task
def sweep_unassigned_tickets() -> int:
    """Assign unassigned tickets as soon as an agent is on shift (M13), and stranded ones.

    Stranded tickets are those of agents who were deactivated or made observers. Also queued then.
    """
    now = timezone.now()
    left = sweep_desks(
        "find tickets whose agent left",
        list_stranded_tickets(),
        reassign_stranded_tickets,
        at=now,
        again=requeue,
    )
    return left + sweep_desks(
        "find unassigned tickets",
        list_unassigned_tickets(),
        assign_waiting_tickets,
        at=now,
        again=requeue,
    )


@shared_task
def sweep_offers() -> int:
    """Assign tickets that weren't accepted in time to the next agent."""
    now = timezone.now()
    return sweep_desks(
        "find offers that expired",
        list_expired_offers(now),
        pass_on_offers,
        at=now,
        by="expires_at",
        again=requeue,
    )


@shared_task
def sweep_handovers() -> int:
    """Hand over what can't wait for absent agents, hand back what was lent, and raise alarms."""
    now = timezone.now()
    steps = [
        ("find handovers that are over", list_stale_handovers(), end_stale_handovers),
        ("find unclaimed handovers", list_unclaimed_handovers(now), raise_alarms),
        ("find lent tickets", list_lent_tickets(), hand_back_tickets),
        ("find desks with agents", Agent.objects.filter(is_active=True), lend_due_tickets),
    ]
    return sum(sweep_desks(reason, due, work, at=now, again=requeue) for reason, due, work in steps)
