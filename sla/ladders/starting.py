"""Starting ladders on tickets that were open before their ladder was made."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from sla.models import Deadline
from sla.services.clocks import TicketClocks
from tickets.actors import SYSTEM
from tickets.changes import Change


def start_on_open_tickets(*, desk_id: int, since: datetime, at: datetime) -> int:
    """Start the ladders of a desk's open tickets that are due after ``since``. Return how many.

    Those that are on their ladder already stay where they are.
    """
    due = Deadline.objects.filter(desk_id=desk_id, due_at__gte=since).order_by("clock__ticket_id")
    ticket_ids = list(due.values_list("clock__ticket_id", flat=True).distinct())
    for ticket_id in ticket_ids:
        with transaction.atomic():
            change = Change.open(ticket_id, by=SYSTEM, at=at)
            TicketClocks.of(change)
            change.save()
    return len(ticket_ids)
