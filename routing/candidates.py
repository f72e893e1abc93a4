"""Agents who may be assigned a ticket, with their shifts, kept per version of the desk (P6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from accounts.instances import Columns
from accounts.models import Agent, Department, DepartmentKind, Role
from accounts.rows import fetch_rows
from accounts.versions import DeskCache
from routing.shifts import ShiftFacts
from tickets.models import Ticket

AGENT = Columns(Agent, "a", "id", "desk_id", "name", "role", "level", "is_active")

READ = f"""
SELECT {AGENT},
  coalesce(r.is_away, false) AS is_away, r.id IS NOT NULL AS has_turn,
  (SELECT json_agg(json_build_object('weekday', s.weekday, 'start_minute', s.start_minute,
      'end_minute', s.end_minute, 'time_zone', s.time_zone))
    FROM routing_shift s WHERE s.agent_id = a.id) AS shifts,
  ARRAY(SELECT w.department_id FROM accounts_agentdepartment w WHERE w.agent_id = a.id)
    AS departments
FROM accounts_agent a LEFT JOIN routing_rotation r ON r.agent_id = a.id
WHERE a.desk_id = %(desk)s AND a.is_active AND a.role <> '{Role.OBSERVER.value}'
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


@dataclass(frozen=True, slots=True)
class _Staff:
    """Departments of a desk, and all agents who may be assigned tickets."""

    departments: list[Department]
    agents: list[tuple[Candidate, frozenset[int]]]  # with the IDs of the agent's departments


def list_candidates(ticket: Ticket, *, kind: DepartmentKind | None = None) -> Candidates:
    """Return the candidates in the desk's department of a kind, or (None) in the ticket's own.

    If the desk has no such department, all agents of the level are candidates. They are those of
    the version that the ticket's desk was read with.
    """
    staff = _staff.get(ticket.desk_id, ticket.desk.config_version)
    department = next(
        (
            each
            for each in staff.departments
            if (each.kind == kind if kind else each.pk == ticket.department_id)
        ),
        None,
    )
    agents = [
        one
        for one, departments in staff.agents
        if one.agent.level == ticket.level and (department is None or department.pk in departments)
    ]
    return Candidates(department, agents)


def _load_staff(desk_id: int) -> _Staff:
    rows = fetch_rows(READ, {"desk": desk_id})
    return _Staff(
        list(Department.objects.filter(desk_id=desk_id)),
        [
            (_make_candidate(agent, row), frozenset(row["departments"]))
            for row in rows
            if (agent := AGENT.load(row))
        ],
    )


def _make_candidate(agent: Agent, row: dict[str, Any]) -> Candidate:
    shifts = tuple(ShiftFacts(**facts) for facts in row["shifts"] or ())
    return Candidate(agent, row["is_away"], row["has_turn"], shifts)


_staff = DeskCache(_load_staff)
