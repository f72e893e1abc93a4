"""Placement of a ticket now, and after the rules: what a dry run compares. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from routing.models import ActionKind
from routing.rules.evaluation import Outcome
from tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Placement:
    """Properties that rules can set on a ticket, by ID. skills: the minimum levels, by skill ID."""

    department: int | None
    level: str
    priority: int
    tags: frozenset[int] = frozenset()
    skills: Mapping[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {
            "department": self.department,
            "level": self.level,
            "priority": self.priority,
            "tags": sorted(self.tags),
            "skills": dict(sorted(self.skills.items())),
        }


def get_placement(ticket: Ticket, tags: Collection[int]) -> Placement:
    """Return where a ticket is now."""
    return Placement(
        department=ticket.department_id,
        level=str(ticket.level),
        priority=ticket.priority_id,
        tags=frozenset(tags),
        skills={str(skill): int(level) for skill, level in ticket.required_skills.items()},
    )


def settle(before: Placement, outcome: Outcome, *, default: int | None) -> Placement:
    """Return where a ticket is after the rules.

    default: the department that the account decides, if no rule does; None leaves it as it is.
    """
    return replace(
        before,
        department=outcome.department or default or before.department,
        level=outcome.level or before.level,
        priority=outcome.priority or before.priority,
        tags=before.tags | set(outcome.tags),
        skills=merge_skills(before.skills, outcome.skills),
    )


def merge_skills(before: Mapping[str, int], wanted: Mapping[int, int]) -> dict[str, int]:
    """Return the skills that a ticket requires with these added; the higher level counts."""
    after = dict(before)
    for skill, level in wanted.items():
        after[str(skill)] = max(after.get(str(skill), 0), level)
    return after


def leave_out(outcome: Outcome, kept: Collection[str]) -> Outcome:
    """Return an outcome without these kinds of actions: what an agent has set by hand."""
    return replace(
        outcome,
        department=None if ActionKind.DEPARTMENT in kept else outcome.department,
        priority=None if ActionKind.PRIORITY in kept else outcome.priority,
    )
