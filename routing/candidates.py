"""Agents who may be assigned a ticket, with their shifts, kept per version of the desk (P6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accounts.database.rows import fetch_rows
from accounts.models import Agent, Department, DepartmentKind, Desk
from accounts.places.public_holidays import PublicHolidays
from accounts.versions import DeskCache
from routing.availability import OnCallSpan, StaffFacts, is_on_call
from routing.shifts import ShiftFacts, Span
from routing.sql import AGENT, STAFF, TURNS
from tickets.access import can_see_ticket
from tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Candidate:
    """An agent whose level, department and role fit a ticket.

    has_turn: True if the agent has a Rotation row. skills: level by the skill's ID; known_skills:
    those of the desk. languages: codes such as "pt". Presence is not here: it changes all the time
    and is read with the claim.
    """

    agent: Agent
    has_turn: bool
    facts: StaffFacts
    skills: Mapping[int, int] = field(default_factory=dict)
    languages: frozenset[str] = frozenset()
    known_skills: frozenset[int] = frozenset()


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


def list_candidates(
    ticket: Ticket, *, kind: DepartmentKind | None = None, department_id: int | None = None
) -> Candidates:
    """Return the candidates in the department of a kind or an ID, or else in the ticket's own.

    If the desk has no such department, all agents of the level are candidates. The list is as of
    the configuration version that the ticket's desk was read with.
    """
    staff = _staff.get(ticket.desk_id, ticket.desk.config_version)
    wanted = department_id or ticket.department_id
    department = next(
        (each for each in staff.departments if (each.kind == kind if kind else each.pk == wanted)),
        None,
    )
    agents = [
        one
        for one, departments in staff.agents
        if one.agent.level == ticket.level and (department is None or department.pk in departments)
    ]
    return Candidates(department, agents)


def list_on_call(ticket: Ticket, at: datetime) -> list[Candidate]:
    """Return the agents on call at a time for a ticket's level who may see it, of any level."""
    return [
        one
        for one in list_staff(ticket.desk)
        if is_on_call(one.facts, at, ticket.level)
        and can_see_ticket(one.agent, department_id=ticket.department_id, assignee_id=None)
    ]


def list_staff(desk: Desk) -> list[Candidate]:
    """Return all agents of a desk who may be assigned tickets, by ID."""
    return [one for one, _departments in _staff.get(desk.pk, desk.config_version).agents]


def list_members(desk: Desk) -> list[tuple[Candidate, frozenset[int]]]:
    """Return all agents as ``list_staff`` does, each with the IDs of their departments."""
    return _staff.get(desk.pk, desk.config_version).agents


def list_departments(desk: Desk) -> list[Department]:
    """Return the departments of a desk."""
    return _staff.get(desk.pk, desk.config_version).departments


def _load_staff(desk_id: int) -> _Staff:
    turns: defaultdict[int, list[OnCallSpan]] = defaultdict(list)
    for row in fetch_rows(TURNS, {"desk": desk_id}):
        turns[row["agent_id"]].append(OnCallSpan(row["start_at"], row["end_at"], row["level"]))
    return _Staff(
        list(Department.objects.filter(desk_id=desk_id)),
        [
            (_make_candidate(agent, row, turns[agent.pk]), frozenset(row["departments"]))
            for row in fetch_rows(STAFF, {"desk": desk_id})
            if (agent := AGENT.load(row))
        ],
    )


def _make_candidate(agent: Agent, row: dict[str, Any], turns: list[OnCallSpan]) -> Candidate:
    facts = StaffFacts(
        shifts=tuple(ShiftFacts(**facts) for facts in row["shifts"] or ()),
        absences=tuple(Span(start, end) for start, end in row["absences"]),
        on_call=tuple(turns),
        holidays=PublicHolidays(agent.country, agent.subdivision),
        extra_shifts=tuple(Span(start, end) for start, end in row["extra_shifts"]),
    )
    skills = {int(skill): level for skill, level in (row["skills"] or {}).items()}
    languages, known = frozenset(row["languages"]), frozenset(row["known_skills"])
    return Candidate(agent, row["has_turn"], facts, skills, languages, known)


_staff = DeskCache(_load_staff)
