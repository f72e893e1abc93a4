"""Tasks of routing: tickets without an agent who can work on them."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts.sweeps import sweep_desks
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
