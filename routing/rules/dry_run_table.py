"""The table of a dry run: what would change on each ticket, in words, and totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from accounts.models import Department, Desk
from routing.models import ActionKind, DryRun, DryRunRow, RowState, Skill, SkillLevel
from tickets.models import Priority, Tag


@dataclass(frozen=True, slots=True)
class Names:
    """The names of what rules can set, by ID."""

    departments: dict[int, str]
    priorities: dict[int, str]
    tags: dict[int, str]
    skills: dict[int, str]
    levels: dict[str, str]


@dataclass(frozen=True, slots=True)
class Changes:
    """One property of a ticket before and after."""

    label: str
    before: str
    after: str


def read_names(desk: Desk) -> Names:
    """Read the names of a desk's departments, priorities, tags and skills."""
    mine = {"desk": desk}
    return Names(
        departments={row.pk: str(row) for row in Department.objects.filter(**mine)},
        priorities={row.pk: str(row) for row in Priority.objects.filter(**mine)},
        tags={row.pk: str(row) for row in Tag.objects.filter(**mine)},
        skills={row.pk: str(row) for row in Skill.objects.filter(**mine)},
        levels={str(code): str(name) for code, name in desk.list_levels()},
    )


def list_changes(row: DryRunRow, names: Names) -> Iterator[Changes]:
    """Yield the properties that a row changes, in words."""
    for kind, label in ActionKind.choices:
        before, after = (_describe(kind, each, names) for each in (row.before, row.after))
        if before != after:
            yield Changes(str(label), before or _("None"), after or _("None"))


def _describe(kind: str, placement: dict[str, Any], names: Names) -> str:
    if kind == ActionKind.DEPARTMENT:
        return names.departments.get(placement["department"], "")
    if kind == ActionKind.LEVEL:
        return names.levels.get(placement["level"], placement["level"])
    if kind == ActionKind.PRIORITY:
        return names.priorities.get(placement["priority"], "")
    if kind == ActionKind.TAG:
        return ", ".join(sorted(names.tags.get(tag, "?") for tag in placement["tags"]))
    return ", ".join(
        f"{names.skills.get(int(skill), '?')} ({SkillLevel(level).label})"
        for skill, level in sorted(placement["skills"].items())
    )


def count_states(run: DryRun) -> Counter[str]:
    """Return how many tickets of the table are in each state (RowState)."""
    states = run.rows.order_by().values_list("state").annotate(count=Count("pk"))
    return Counter(dict(states))


def count_changes(run: DryRun) -> list[tuple[str, int]]:
    """Return how many tickets change in each property. Closed tickets don't change."""
    found: Counter[str] = Counter()
    keys = {"department": 0, "level": 1, "skills": 2, "tags": 3, "priority": 4}
    labels = [str(label) for _kind, label in ActionKind.choices]
    rows = run.rows.exclude(state=RowState.CLOSED)
    for before, after in rows.values_list("before", "after").iterator():
        found.update(labels[place] for key, place in keys.items() if before[key] != after[key])
    return [(label, found[label]) for label in labels if found[label]]
