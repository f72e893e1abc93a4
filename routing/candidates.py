"""Who may take a ticket: people of its department and level, their turn and shifts, in one statement (P6)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from accounts.models import Agent, Department, DepartmentKind
from accounts.rows import load_row
from routing.shifts import ShiftFacts
from tickets.models import Ticket

AGENT = ("id", "desk_id", "name", "role", "level", "is_active")
DEPARTMENT = ("id", "desk_id", "name", "kind")

# Without a department of the kind (or without any) everybody of the level is able.
READ = """
SELECT d.id, d.desk_id, d.name, d.kind, a.id, a.desk_id, a.name, a.role, a.level, a.is_active,
  coalesce(r.is_away, false), r.id IS NOT NULL,
  (SELECT json_agg(json_build_array(s.weekday, s.start_minute, s.end_minute, s.time_zone))
    FROM routing_shift s WHERE s.agent_id = a.id)
FROM (SELECT) AS one
LEFT JOIN accounts_department d ON d.desk_id = %(desk)s AND (d.id = %(department)s OR d.kind = %(kind)s)
LEFT JOIN accounts_agent a ON a.desk_id = %(desk)s AND a.is_active AND a.level = %(level)s
  AND a.role <> 'observer' AND (d.id IS NULL OR EXISTS (
    SELECT FROM accounts_agentdepartment w WHERE w.agent_id = a.id AND w.department_id = d.id))
LEFT JOIN routing_rotation r ON r.agent_id = a.id
ORDER BY a.id
"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody whose level, department and role fit a ticket. has_turn: whether there is a Rotation of them."""

    agent: Agent
    is_away: bool
    has_turn: bool
    shifts: tuple[ShiftFacts, ...]


@dataclass(frozen=True, slots=True)
class Crew:
    """The people for a ticket, present or not, and the department they work for."""

    department: Department | None
    candidates: list[Candidate]


def list_candidates(ticket: Ticket, *, kind: DepartmentKind | None = None) -> Crew:
    """Whoever may take a ticket in the desk's department of a kind, or (None) in the one that it is in.

    The agents and the department are loaded without what routing has no use for.
    """
    asked = {
        "desk": ticket.desk_id,
        "department": None if kind else ticket.department_id,
        "kind": kind,
        "level": ticket.level,
    }
    with connection.cursor() as cursor:
        cursor.execute(READ, asked)
        rows = cursor.fetchall()
    department = load_row(Department, DEPARTMENT, rows[0][:4])
    found = ((load_row(Agent, AGENT, row[4:10]), *row[10:]) for row in rows)
    return Crew(department, [_make_candidate(agent, *rest) for agent, *rest in found if agent])


def _make_candidate(
    agent: Agent, is_away: bool, has_turn: bool, shifts: list[list] | None
) -> Candidate:
    return Candidate(agent, is_away, has_turn, tuple(ShiftFacts(*facts) for facts in shifts or ()))
