"""Open tickets follow a changed ladder: which of them would, and each in a change of its own."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from sla.ladders.running import find_ending, find_wanted, follow
from sla.previews import list_open_tickets
from sla.services.book import get_book
from sla.services.clocks import TicketClocks
from tickets.actors import SYSTEM
from tickets.changes import Change
from tickets.models import Ticket


def list_tickets(desk_id: int) -> QuerySet[Ticket]:
    """Return the desk's open tickets, with what their ladders are found by."""
    return list_open_tickets(desk_id).select_related("priority", "ladder_run__ladder")


def is_settled(ticket: Ticket, at: datetime) -> bool:
    """Return True if a ticket is on the ladder that fits it, at the step that comes next.

    Writes nothing; the run in memory may be moved.
    """
    owed = [clock for clock in ticket.clocks.all() if clock.is_owed]
    wanted = find_wanted(ticket, owed, get_book(ticket))
    run = getattr(ticket, "ladder_run", None)
    if run is None or wanted is None:
        return run is None and wanted is None
    return find_ending(run, wanted, owed, at) is None and not follow(run, wanted, at)


def settle_ticket(ticket_id: int, at: datetime) -> None:
    """Start, move or end the ladder of a ticket by the settings as stored now."""
    with transaction.atomic():
        change = Change.open(ticket_id, by=SYSTEM, at=at)
        TicketClocks.of(change)
        change.save()
