"""Hand-written statements about clocks. Columns are read by name."""

from accounts.instances import Columns
from sla.models import Clock, ClockKind, EntryKind

CLOCK = Columns(Clock, "c")
PLANNED = (
    "target",
    "calendar",
    "calendar_version",
    "target_seconds",
    "started_at",
    "due_at",
    "warn_times",
    "warn_points",
    "warned",
    "warn_at",
)
PLANNED_COLUMNS = tuple(
    f"{name}_id" if name in ("target", "calendar") else name for name in PLANNED
)

LOCK = f"""
SELECT {CLOCK} FROM sla_clock c
WHERE ticket_id = %(ticket)s AND kind = '{ClockKind.FIRST_RESPONSE.value}' FOR NO KEY UPDATE
"""  # noqa: S608 (column names)

# Parts of the statement that writes a change (tickets/writes.py).
START = f"""
clock AS (
  INSERT INTO sla_clock AS c (desk_id, ticket_id, kind, run, pauses, {", ".join(PLANNED_COLUMNS)})
  VALUES (%(clock_desk_id)s, %(clock_ticket_id)s, '{ClockKind.FIRST_RESPONSE.value}', 1, '[]',
    {", ".join(f"%(clock_{column})s" for column in PLANNED_COLUMNS)})
  ON CONFLICT (ticket_id, kind) DO UPDATE SET run = c.run + 1,
    {", ".join(f"{column} = excluded.{column}" for column in PLANNED_COLUMNS)},
    breached_at = NULL, stopped_at = NULL
  RETURNING id, desk_id
), started AS (
  INSERT INTO sla_clockentry (desk_id, clock_id, kind, at, data)
  SELECT desk_id, id, '{EntryKind.STARTED.value}', %(clock_entered_at)s, %(clock_facts)s::jsonb
  FROM clock
)
"""  # noqa: S608 (column names)
STARTED = "(SELECT id FROM clock) AS clock_id"
ENTER = """
entry AS (
  INSERT INTO sla_clockentry (desk_id, clock_id, kind, at, data)
  VALUES (%(entry_desk)s, %(entry_clock)s, %(entry_kind)s, %(entry_at)s, %(entry_data)s::jsonb)
)
"""
