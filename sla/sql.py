"""Hand-written statements about clocks. Columns are read by name."""

from accounts.instances import Columns
from sla.models import Clock, EntryKind

CLOCK = Columns(Clock, "c")
PLANNED = (
    "target",
    "calendar",
    "calendar_version",
    "target_minutes",
    "started_at",
    "warn_at",
    "due_at",
    "warned_at",
)
PLANNED_COLUMNS = (
    "target_id",
    "calendar_id",
    "calendar_version",
    "target_minutes",
    "started_at",
    "warn_at",
    "due_at",
)

LOCK = f"""
SELECT {CLOCK} FROM sla_clock c WHERE ticket_id = %(ticket)s FOR NO KEY UPDATE
"""  # noqa: S608 (column names)

# Parts of the statement that writes a change (tickets/writes.py).
START = f"""
clock AS (
  INSERT INTO sla_clock (desk_id, ticket_id, {", ".join(PLANNED_COLUMNS)})
  VALUES (%(clock_desk_id)s, %(clock_ticket_id)s,
    {", ".join(f"%(clock_{column})s" for column in PLANNED_COLUMNS)})
  ON CONFLICT (ticket_id) DO UPDATE SET
    {", ".join(f"{column} = excluded.{column}" for column in PLANNED_COLUMNS)},
    warned_at = NULL, breached_at = NULL, stopped_at = NULL
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
