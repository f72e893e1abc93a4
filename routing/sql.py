"""Hand-written statements of routing: who may be assigned tickets, and who was active."""

from __future__ import annotations

from accounts.database.instances import Columns
from accounts.models import Agent, Role
from routing.models import PresenceState

AGENT = Columns(
    Agent,
    "a",
    *("id", "desk_id", "name", "role", "level", "is_active"),
    *("region_id", "country", "subdivision", "capacity"),
)
SHIFT = (
    "json_build_object('weekday', s.weekday, 'start_minute', s.start_minute, 'end_minute',"
    " s.end_minute, 'time_zone', s.time_zone, 'works_on_holidays', s.works_on_holidays)"
)
# An agent's own shifts replace the shifts of their teams.
STAFF = f"""
SELECT {AGENT}, r.id IS NOT NULL AS has_turn,
  coalesce(
    (SELECT json_agg({SHIFT}) FROM routing_shift s WHERE s.agent_id = a.id),
    (SELECT json_agg({SHIFT}) FROM routing_shift s JOIN routing_teammember m
      ON m.team_id = s.team_id WHERE m.agent_id = a.id)) AS shifts,
  ARRAY(SELECT ARRAY[b.start_at, b.end_at] FROM routing_absence b WHERE b.agent_id = a.id
    ORDER BY b.start_at) AS absences,
  ARRAY(SELECT ARRAY[x.start_at, x.end_at] FROM routing_extrashift x WHERE x.agent_id = a.id
    ORDER BY x.start_at) AS extra_shifts,
  (SELECT json_object_agg(k.skill_id, k.level) FROM routing_agentskill k
    WHERE k.agent_id = a.id) AS skills,
  ARRAY(SELECT d.id FROM routing_skill d WHERE d.desk_id = a.desk_id) AS known_skills,
  ARRAY(SELECT l.code FROM routing_agentlanguage l WHERE l.agent_id = a.id) AS languages,
  ARRAY(SELECT w.department_id FROM accounts_agentdepartment w WHERE w.agent_id = a.id)
    AS departments
FROM accounts_agent a LEFT JOIN routing_rotation r ON r.agent_id = a.id
WHERE a.desk_id = %(desk)s AND a.is_active AND a.role <> '{Role.OBSERVER.value}'
ORDER BY a.id
"""  # noqa: S608 (column names and enum values of our own)
TURNS = """
SELECT t.agent_id, t.start_at, t.end_at, o.level
FROM routing_oncallturn t JOIN routing_oncallrota o ON o.id = t.rota_id
WHERE t.desk_id = %(desk)s AND o.is_active
ORDER BY t.start_at
"""

# What an agent has chosen for %(at)s. own: their row of routing_presence, or none.
CHOICE = f"""
(CASE WHEN own.until <= %(at)s::timestamptz THEN '{PresenceState.AVAILABLE.value}'
  ELSE coalesce(own.state, '{PresenceState.AVAILABLE.value}') END)
""".strip()
# The same as routing.availability.is_inactive (tests/routing/test_present.py compares them).
# active_since: the time of the desk's limit, or NULL without one.
IS_INACTIVE = f"""
({CHOICE} IN ('{PresenceState.AVAILABLE.value}', '{PresenceState.OWN_TICKETS.value}')
  AND %(active_since)s::timestamptz IS NOT NULL
  AND coalesce(own.last_active_at <= %(active_since)s::timestamptz, true))
""".strip()

# A second process that records the same minute changes nothing. Returns the time before, if it did.
RECORD_ACTIVITY = f"""
WITH before AS (
  SELECT last_active_at FROM routing_presence WHERE agent_id = %(agent)s
)
INSERT INTO routing_presence AS p (desk_id, agent_id, state, reason, last_active_at)
VALUES (%(desk)s, %(agent)s, '{PresenceState.AVAILABLE.value}', '', %(at)s)
ON CONFLICT (agent_id) DO UPDATE SET last_active_at = excluded.last_active_at
WHERE p.last_active_at IS NULL OR p.last_active_at <= %(before)s
RETURNING (SELECT last_active_at FROM before) AS last_active_at
"""  # noqa: S608 (values of our own enum)
