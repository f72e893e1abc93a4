"""Hand-written statements about clocks. Columns are read by name."""

from accounts.database.instances import Columns
from sla.models import Clock

CLOCK = Columns(Clock, "c")
# Columns that a change writes, with their types.
WRITTEN = {
    "kind": "text",
    "run": "int",
    "target_id": "bigint",
    "calendar_id": "bigint",
    "calendar_version": "int",
    "target_seconds": "int",
    "started_at": "timestamptz",
    "due_at": "timestamptz",
    "pauses": "jsonb",
    "paused_at": "timestamptz",
    "warn_times": "timestamptz[]",
    "warn_points": "smallint[]",
    "warned": "smallint",
    "warn_at": "timestamptz",
    "breached_at": "timestamptz",
    "met_at": "timestamptz",
    "stopped_at": "timestamptz",
}

LOCK = f"""
SELECT {CLOCK} FROM sla_clock c WHERE ticket_id = %(ticket)s ORDER BY id FOR NO KEY UPDATE
"""  # noqa: S608 (column names)

# A part of the statement that writes a change (tickets/writes.py): the ticket's clocks that started
# or changed, and the entries that say why.
SAVE = f"""
clocks AS (
  INSERT INTO sla_clock AS c (desk_id, ticket_id, {", ".join(WRITTEN)})
  SELECT %(clocks_desk)s, %(clocks_ticket)s, {", ".join(f"given.{name}" for name in WRITTEN)}
  FROM jsonb_to_recordset(%(clocks_rows)s::jsonb)
    AS given({", ".join(f"{name} {type_}" for name, type_ in WRITTEN.items())})
  ON CONFLICT (ticket_id, kind) DO UPDATE SET
    {", ".join(f"{name} = excluded.{name}" for name in WRITTEN if name != "kind")}
  RETURNING c.id, c.kind
), clock_entries AS (
  INSERT INTO sla_clockentry (desk_id, clock_id, kind, at, data)
  SELECT %(clocks_desk)s, clocks.id, given.kind, given.at, given.data
  FROM jsonb_to_recordset(%(clocks_entries)s::jsonb)
    AS given(place int, clock text, kind text, at timestamptz, data jsonb)
  JOIN clocks ON clocks.kind = given.clock
  ORDER BY given.place
)
"""  # noqa: S608 (column names)
