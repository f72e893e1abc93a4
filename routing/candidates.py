"""Agents who may be assigned a ticket, with their rotation and shifts, in one statement (P6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from accounts.models import Agent, Department, DepartmentKind, Role
from accounts.rows import fetch_rows, load_instance, select_columns
from routing.shifts import ShiftFacts
from tickets.models import Ticket

AGENT = ("id", "desk_id", "name", "role", "level", "is_active")
DEPARTMENT = ("id", "desk_id", "name", "kind")

# If the desk has no such department, all agents of the level are candidates.
READ = f"""
SELECT {select_columns("d", DEPARTMENT)}, {select_columns("a", AGENT)},
  coalesce(r.is_away, false) AS is_away, r.id IS NOT NULL AS has_turn,
  (SELECT json_agg(json_build_object('weekday', s.weekday, 'start_minute', s.start_minute,
      'end_minute', s.end_minute, 'time_zone', s.time_zone))
    FROM routing_shift s WHERE s.agent_id = a.id) AS shifts
FROM (SELECT) AS one
LEFT JOIN accounts_department d ON d.desk_id = %(desk)s
  AND (d.id = %(department)s OR d.kind = %(kind)s)
LEFT JOIN accounts_agent a ON a.desk_id = %(desk)s AND a.is_active AND a.level = %(level)s
  AND a.role <> '{Role.OBSERVER.value}' AND (d.id IS NULL OR EXISTS (
    SELECT FROM accounts_agentdepartment w WHERE w.agent_id = a.id AND w.department_id = d.id))
LEFT JOIN routing_rotation r ON r.agent_id = a.id
ORDER BY a.id
"""  # noqa: S608 (column names and enum values of our own)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An agent whose level, department and role fit a ticket.

    has_turn: True if the agent has a Rotation row.
    """

    agent: Agent
    is_away: bool
    has_turn: bool
    shifts: tuple[ShiftFacts, ...]


@dataclass(frozen=True, slots=True)
class Candidates:
    """A department and the agents who may be assigned its tickets, on shift or not."""

    department: Department | None
    agents: list[Candidate]


def list_candidates(ticket: Ticket, *, kind: DepartmentKind | None = None) -> Candidates:
    """Return the candidates in the desk's department of a kind, or (None) in the ticket's own.

    Fields that routing doesn't use aren't loaded.
    """
    asked = {
        "desk": ticket.desk_id,
        "department": None if kind else ticket.department_id,
        "kind": kind,
        "level": ticket.level,
    }
    rows = fetch_rows(READ, asked)
    agents = [
        _make_candidate(agent, row)
        for row in rows
        if (agent := load_instance(Agent, "a", AGENT, row))
    ]
    return Candidates(load_instance(Department, "d", DEPARTMENT, rows[0]), agents)


def _make_candidate(agent: Agent, row: dict[str, Any]) -> Candidate:
    shifts = tuple(ShiftFacts(**facts) for facts in row["shifts"] or ())
    return Candidate(agent, row["is_away"], row["has_turn"], shifts)
