"""Tasks of routing: tickets without an agent who can work on them."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts.sweeps import repeat_until_empty, sweep_desks
from accounts.tenancy import in_desk
from routing.services import (
    assign_waiting_tickets,
    list_stranded_tickets,
    list_unassigned_tickets,
    reassign_stranded_tickets,
)


@shared_task
def sweep_unassigned_tickets() -> int:
    """Assign unassigned tickets as soon as an agent is on shift (M13), and stranded ones."""
    now = timezone.now()
    left = sweep_desks(
        "find tickets whose agent left", list_stranded_tickets(), reassign_stranded_tickets, at=now
    )
    return left + sweep_desks(
        "find unassigned tickets", list_unassigned_tickets(), assign_waiting_tickets, at=now
    )


@shared_task
@in_desk
def reassign_stranded(*, desk_id: int) -> int:
    """Reassign the open tickets of agents of a desk who were deactivated or made observers."""
    return repeat_until_empty(reassign_stranded_tickets, desk_id=desk_id, at=timezone.now())
