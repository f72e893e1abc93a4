"""Clocks that come due: warned of once, breached once. Cost follows the due clocks, not the tickets (P9)."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet

from sla.models import Clock
from tickets import events
from tickets.actors import SYSTEM

BATCH = 500


def running_clocks() -> QuerySet[Clock]:
    """Clocks that are neither met, breached nor stopped."""
    return Clock.objects.filter(
        met_at__isnull=True, breached_at__isnull=True, stopped_at__isnull=True
    )


def due_clocks(at: datetime) -> QuerySet[Clock]:
    return running_clocks().filter(due_at__lte=at)


def clocks_to_warn(at: datetime) -> QuerySet[Clock]:
    return running_clocks().filter(warned_at__isnull=True, warn_at__lte=at)


# Claim, mark and enter in one statement; other sweepers pass over what is claimed. ``due`` stands for the search.
MARK = """
WITH due AS ({due}), marked AS (
  UPDATE sla_clock c SET {mark}_at = %s FROM due WHERE c.id = due.id
  RETURNING c.id, c.desk_id, c.ticket_id, c.due_at
), entered AS (
  INSERT INTO sla_clockentry (desk_id, clock_id, kind, at, data)
  SELECT desk_id, id, %s, %s, jsonb_build_object('due_at', due_at) FROM marked ORDER BY id
)
SELECT ticket_id, due_at FROM marked ORDER BY due_at, id
"""


def mark_breached(*, desk_id: int, at: datetime) -> int:
    """Mark up to BATCH due clocks of the desk as breached, with an event each; gives how many."""
    oldest = due_clocks(at).filter(desk_id=desk_id).order_by("due_at")[:BATCH]
    return _mark(oldest, "breached", events.EventKind.SLA_BREACHED, desk_id=desk_id, at=at)


def warn_of_due(*, desk_id: int, at: datetime) -> int:
    """Warn of up to BATCH clocks of the desk that have used three quarters of their time; gives how many."""
    oldest = clocks_to_warn(at).filter(desk_id=desk_id).order_by("warn_at")[:BATCH]
    return _mark(oldest, "warned", events.EventKind.SLA_WARNED, desk_id=desk_id, at=at)


def _mark(
    clocks: QuerySet[Clock], mark: str, kind: events.EventKind, *, desk_id: int, at: datetime
) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        claimed = clocks.select_for_update(skip_locked=True, no_key=True).values("id")
        due, asked = claimed.query.sql_with_params()
        cursor.execute(MARK.format(due=due, mark=mark), [*asked, at, mark, at])
        facts = [
            (ticket_id, {"due_at": due_at.isoformat()}) for ticket_id, due_at in cursor.fetchall()
        ]
        events.record_many(desk_id=desk_id, kind=kind, by=SYSTEM, at=at, facts=facts)
    return len(facts)
