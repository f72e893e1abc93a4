"""Clocks of a ticket, as tests look them up."""

from __future__ import annotations

from sla.models import Clock, ClockEntry, ClockKind
from tickets.models import Ticket


def get_clock(ticket: Ticket | int, kind: ClockKind = ClockKind.FIRST_RESPONSE) -> Clock:
    """Return the clock of a kind as it is stored now. Raises Clock.DoesNotExist."""
    ticket_id = ticket if isinstance(ticket, int) else ticket.pk
    return Clock.objects.get(ticket_id=ticket_id, kind=kind)


def list_entries(ticket: Ticket, kind: ClockKind = ClockKind.FIRST_RESPONSE) -> list[ClockEntry]:
    """Return the entries of a clock in the order of their making."""
    return list(ClockEntry.objects.filter(clock__ticket=ticket, clock__kind=kind).order_by("pk"))
