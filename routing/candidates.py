"""Who may take a ticket: people of its department and level, their turn and shifts, in one statement (P6)."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import Agent, Department, DepartmentKind, Role
from accounts.rows import fetch_rows, load_instance, select_columns
from routing.shifts import ShiftFacts
from tickets.models import Ticket

AGENT = ("id", "desk_id", "name", "role", "level", "is_active")
DEPARTMENT = ("id", "desk_id", "name", "kind")

# Without a department of the kind (or without any) everybody of the level is able.
READ = f"""
SELECT {select_columns("d", DEPARTMENT)}, {select_columns("a", AGENT)},
  coalesce(r.is_away, false) AS is_away, r.id IS NOT NULL AS has_turn,
  (SELECT json_agg(json_build_array(s.weekday, s.start_minute, s.end_minute, s.time_zone))
    FROM routing_shift s WHERE s.agent_id = a.id) AS shifts
FROM (SELECT) AS one
LEFT JOIN accounts_department d ON d.desk_id = %(desk)s AND (d.id = %(department)s OR d.kind = %(kind)s)
LEFT JOIN accounts_agent a ON a.desk_id = %(desk)s AND a.is_active AND a.level = %(level)s
  AND a.role <> '{Role.OBSERVER}' AND (d.id IS NULL OR EXISTS (
    SELECT FROM accounts_agentdepartment w WHERE w.agent_id = a.id AND w.department_id = d.id))
LEFT JOIN routing_rotation r ON r.agent_id = a.id
ORDER BY a.id
"""  # noqa: S608 (column names and enum values of our own)


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
    rows = fetch_rows(READ, asked)
    candidates = [
        Candidate(
            agent,
            is_away=row["is_away"],
            has_turn=row["has_turn"],
            shifts=tuple(ShiftFacts(*facts) for facts in row["shifts"] or ()),
        )
        for row in rows
        if (agent := load_instance(Agent, "a", AGENT, row))
    ]
    return Crew(load_instance(Department, "d", DEPARTMENT, rows[0]), candidates)
