"""Clocks that come due: warned of once, breached once. Cost follows the due clocks, not the tickets (P9)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from sla.models import Clock, ClockEntry
from tickets import log
from tickets.actors import SYSTEM
from tickets.models import TicketEvent

BATCH = 500


def running_clocks() -> QuerySet[Clock]:
    """Clocks that are neither met, breached nor stopped."""
    return Clock.objects.filter(met_at__isnull=True, breached_at__isnull=True, stopped_at__isnull=True)


def due_clocks(at: datetime) -> QuerySet[Clock]:
    return running_clocks().filter(due_at__lte=at)


def clocks_to_warn(at: datetime) -> QuerySet[Clock]:
    return running_clocks().filter(warned_at__isnull=True, warn_at__lte=at)


def mark_breached(*, desk_id: int, at: datetime) -> int:
    """Mark up to BATCH due clocks of the desk as breached, with an event each; gives how many."""
    return _mark(due_clocks, "breached", log.Kind.SLA_BREACHED, desk_id=desk_id, at=at)


def warn_of_due(*, desk_id: int, at: datetime) -> int:
    """Warn of up to BATCH clocks of the desk that have used three quarters of their time; gives how many."""
    return _mark(clocks_to_warn, "warned", log.Kind.SLA_WARNED, desk_id=desk_id, at=at)


def _mark(
    find: Callable[[datetime], QuerySet[Clock]], mark: str, kind: log.Kind, *, desk_id: int, at: datetime
) -> int:
    with transaction.atomic():
        clocks = list(
            find(at)
            .filter(desk_id=desk_id)
            .select_for_update(skip_locked=True, no_key=True)
            .order_by("pk")[:BATCH]
        )
        Clock.objects.filter(pk__in=[clock.pk for clock in clocks]).update(**{f"{mark}_at": at})
        ClockEntry.objects.bulk_create(
            ClockEntry(
                desk_id=desk_id, clock=clock, kind=mark, at=at, data={"due_at": clock.due_at.isoformat()}
            )
            for clock in clocks
        )
        log.record_many([_event(clock, kind, at=at) for clock in clocks])
    return len(clocks)


def _event(clock: Clock, kind: log.Kind, *, at: datetime) -> TicketEvent:
    return TicketEvent(
        desk_id=clock.desk_id,
        ticket_id=clock.ticket_id,
        kind=kind,
        at=at,
        actor_kind=SYSTEM.kind,
        actor_name=SYSTEM.name,
        data={"due_at": clock.due_at.isoformat()},
    )
