"""Sweeps of due clocks: a warning at each point, one breach. Cost depends on due clocks (P9).

After an outage, one warning stands for all points that have passed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db.models import QuerySet

from accounts.database.rows import fetch_rows
from sla.models import Deadline, EntryKind
from tickets.actors import SYSTEM
from tickets.changes import record_many
from tickets.events import EventKind
from tickets.models import SweepKind
from tickets.sweeping import Sweep

BATCH = 500


@dataclass(frozen=True)
class Mark:
    """A way to mark clocks. due: the condition; set: the new values; point: as a fact."""

    entry: EntryKind
    event: EventKind
    due: str
    set: str
    point: str = "NULL::int"


BREACH = Mark(EntryKind.BREACHED, EventKind.SLA_BREACHED, "c.due_at <= %s", "breached_at = %s")
WARNING = Mark(
    EntryKind.WARNED,
    EventKind.SLA_WARNED,
    "c.warn_at <= %s",
    """(warned, warn_at) = (
    SELECT count(*) FILTER (WHERE t <= now.at), min(t) FILTER (WHERE t > now.at)
    FROM unnest(c.warn_times) t, (SELECT %s::timestamptz AS at) now)""",
    "c.warn_points[c.warned]",
)

# Claims, marks and records in one statement; other sweepers skip claimed clocks. ``due`` is the
# query of the deadlines, which ran before the clocks were locked, so their times are checked again.
MARK = """
WITH due AS ({due}), held AS (
  SELECT c.id FROM due JOIN sla_clock c ON c.id = due.clock_id
  WHERE {mark.due} AND c.paused_at IS NULL
    AND c.met_at IS NULL AND c.breached_at IS NULL AND c.stopped_at IS NULL
  FOR NO KEY UPDATE OF c SKIP LOCKED
), marked AS (
  UPDATE sla_clock c SET {mark.set} FROM held WHERE c.id = held.id
  RETURNING c.id, c.desk_id, c.ticket_id, c.due_at, jsonb_strip_nulls(jsonb_build_object(
    'clock', c.kind, 'run', c.run, 'due_at', c.due_at, 'point', {mark.point})) AS facts
), entered AS (
  INSERT INTO sla_clockentry (desk_id, clock_id, kind, at, data)
  SELECT desk_id, id, '{mark.entry.value}', %s, facts FROM marked ORDER BY due_at, id
)
SELECT ticket_id, facts FROM marked ORDER BY due_at, id
"""


def list_due_clocks(at: datetime) -> QuerySet[Deadline]:
    """Return the running clocks whose deadline has passed, by the clock's ID."""
    return Deadline.objects.filter(due_at__lte=at)


def list_clocks_to_warn(at: datetime) -> QuerySet[Deadline]:
    """Return the running clocks that have passed a point without a warning."""
    return Deadline.objects.filter(warn_at__lte=at)


def mark_breached(*, desk_id: int, at: datetime) -> int:
    """Mark up to BATCH due clocks of the desk as breached, with an event each; return how many."""
    oldest = list_due_clocks(at).filter(desk_id=desk_id).order_by("due_at")
    mark = partial(_mark, BREACH, desk_id=desk_id, at=at)
    return Sweep(SweepKind.BREACH, oldest, desk_id=desk_id, at=at).run_together(mark, batch=BATCH)


def warn_of_due(*, desk_id: int, at: datetime) -> int:
    """Warn of up to BATCH clocks of the desk that have passed a point; return how many."""
    oldest = list_clocks_to_warn(at).filter(desk_id=desk_id).order_by("warn_at")
    mark = partial(_mark, WARNING, desk_id=desk_id, at=at)
    return Sweep(SweepKind.WARN, oldest, desk_id=desk_id, at=at).run_together(mark, batch=BATCH)


def _mark(mark: Mark, deadlines: QuerySet[Deadline], *, desk_id: int, at: datetime) -> int:
    due, asked = deadlines.values("clock_id").query.sql_with_params()
    marked = fetch_rows(MARK.format(due=due, mark=mark), [*asked, at, at, at])
    facts = [(row["ticket_id"], json.loads(row["facts"])) for row in marked]
    record_many(desk_id=desk_id, kind=mark.event, by=SYSTEM, at=at, facts=facts)
    return len(facts)
