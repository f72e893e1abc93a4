"""Clocks of a ticket and their targets, as tests make them and look them up."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import Level
from sla.models import Clock, ClockEntry, ClockKind, LevelTarget, Target
from tests.cast import Cast
from tickets.models import Ticket


def get_clock(ticket: Ticket | int, kind: ClockKind = ClockKind.FIRST_RESPONSE) -> Clock:
    """Return the clock of a kind as it is stored now. Raises Clock.DoesNotExist."""
    ticket_id = ticket if isinstance(ticket, int) else ticket.pk
    return Clock.objects.get(ticket_id=ticket_id, kind=kind)


def list_entries(ticket: Ticket, kind: ClockKind = ClockKind.FIRST_RESPONSE) -> list[ClockEntry]:
    """Return the entries of a clock in the order of their making."""
    return list(ClockEntry.objects.filter(clock__ticket=ticket, clock__kind=kind).order_by("pk"))


def list_entry_kinds(ticket: Ticket, kind: ClockKind) -> list[str]:
    """Return what happened to a clock, in order."""
    return [entry.kind for entry in list_entries(ticket, kind)]


def add_targets(cast: Cast, *kinds: ClockKind, minutes: int, **fields: Any) -> None:
    """Add targets of these kinds for every priority of the plan."""
    given = {"desk": cast.desk, "plan": cast.plan, "calendar": cast.calendar, "amount": minutes}
    Target.objects.bulk_create(
        Target(**given | fields, priority=priority, clock=kind)
        for priority in cast.priorities.values()
        for kind in kinds
    )
    cast.desk.refresh_from_db()


def add_level_targets(cast: Cast, level: Level, *kinds: ClockKind, minutes: int) -> None:
    """Add internal targets of a level."""
    LevelTarget.objects.bulk_create(
        LevelTarget(
            desk=cast.desk, level=level, clock=kind, minutes=minutes, calendar=cast.calendar
        )
        for kind in kinds
    )
    cast.desk.refresh_from_db()


def get_due(ticket: Ticket) -> tuple[datetime, str]:
    """Return the deadline that queues sort a ticket by, and its kind."""
    stored = Ticket.objects.get(pk=ticket.pk)
    return stored.due_at, stored.due_kind
