"""Sweeps of due clocks: one warning and one breach each. Cost depends on due clocks (P9)."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db.models import QuerySet

from accounts.rows import fetch_rows
from sla.models import Deadline, EntryKind
from tickets.actors import SYSTEM
from tickets.changes import record_many
from tickets.events import EventKind
from tickets.models import SweepKind
from tickets.sweeping import Sweep

BATCH = 500


def list_due_clocks(at: datetime) -> QuerySet[Deadline]:
    """Return the running clocks whose deadline has passed, by the clock's ID."""
    return Deadline.objects.filter(due_at__lte=at)


def list_clocks_to_warn(at: datetime) -> QuerySet[Deadline]:
    """Return the running clocks that have used three quarters of their time without a warning."""
    return Deadline.objects.filter(warn_at__lte=at)


# Claims, marks and records in one statement; other sweepers skip claimed clocks. ``due`` is the
# query of the deadlines, which ran before the clocks were locked.
MARK = """
WITH due AS ({due}), held AS (
  SELECT c.id FROM due JOIN sla_clock c ON c.id = due.clock_id
  WHERE c.{kind}_at IS NULL
    AND c.met_at IS NULL AND c.breached_at IS NULL AND c.stopped_at IS NULL
  FOR NO KEY UPDATE OF c SKIP LOCKED
), marked AS (
  UPDATE sla_clock c SET {kind}_at = %s FROM held WHERE c.id = held.id
  RETURNING c.id, c.desk_id, c.ticket_id, c.due_at
), entered AS (
  INSERT INTO sla_clockentry (desk_id, clock_id, kind, at, data)
  SELECT desk_id, id, %s, %s, jsonb_build_object('due_at', due_at) FROM marked ORDER BY id
)
SELECT ticket_id, due_at FROM marked ORDER BY due_at, id
"""


def mark_breached(*, desk_id: int, at: datetime) -> int:
    """Mark up to BATCH due clocks of the desk as breached, with an event each; return how many."""
    oldest = list_due_clocks(at).filter(desk_id=desk_id).order_by("due_at")
    mark = partial(_mark, EntryKind.BREACHED, EventKind.SLA_BREACHED, desk_id=desk_id, at=at)
    return Sweep(SweepKind.BREACH, oldest, desk_id=desk_id, at=at).run_together(mark, batch=BATCH)


def warn_of_due(*, desk_id: int, at: datetime) -> int:
    """Warn of up to BATCH clocks of the desk that are close to their deadline; return how many."""
    oldest = list_clocks_to_warn(at).filter(desk_id=desk_id).order_by("warn_at")
    mark = partial(_mark, EntryKind.WARNED, EventKind.SLA_WARNED, desk_id=desk_id, at=at)
    return Sweep(SweepKind.WARN, oldest, desk_id=desk_id, at=at).run_together(mark, batch=BATCH)


def _mark(
    entry_kind: EntryKind,
    event_kind: EventKind,
    deadlines: QuerySet[Deadline],
    *,
    desk_id: int,
    at: datetime,
) -> int:
    due, asked = deadlines.values("clock_id").query.sql_with_params()
    statement = MARK.format(due=due, kind=entry_kind.value)
    marked = fetch_rows(statement, [*asked, at, entry_kind.value, at])
    facts = [(row["ticket_id"], {"due_at": row["due_at"].isoformat()}) for row in marked]
    record_many(desk_id=desk_id, kind=event_kind, by=SYSTEM, at=at, facts=facts)
    return len(facts)
