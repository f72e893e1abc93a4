"""Saved views as lists show them, and their place in the parameters of a list's URL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import QueryDict

from accounts.models import Agent, Desk, Role
from helpdesk.agent.lists.list_parameters import ListParameters, SavedList
from helpdesk.agent.statements import Query
from helpdesk.shared.numbers import parse_number
from tickets.conditions.conditions import SEPARATOR, split_values
from tickets.conditions.own_fields import find_field, parse_name
from tickets.conditions.properties import NOT, get_positive
from tickets.models import SavedView
from tickets.rules.visibility import ROLES_SEEING_ALL
from tickets.saved_views.access import can_change, get_view_for_agent
from tickets.saved_views.saving import MAX_VIEWS

# Where the ids in a condition come from. What isn't there anymore is left out of the view.
_TABLES = {
    "priority": "tickets_priority",
    "department": "accounts_department",
    "assignee": "accounts_agent",
    "account": "accounts_account",
    "tag": "tickets_tag",
    "plan": "accounts_plan",
    "product": "accounts_product",
    "requester": "accounts_contact",
}


def read_list(query: QueryDict, agent: Agent) -> ListParameters:
    """Read a list's parameters, of a saved view too.

    Raises SavedView.DoesNotExist for a view that the agent doesn't see.
    """
    view = query.get("view", "")
    view_id = parse_number(view[1:]) if view.startswith("s") else None
    if view_id is None or query.get("q", "").strip():
        return ListParameters.parse(query)
    return ListParameters.parse(query, describe_saved(get_view_for_agent(agent, view_id), agent))


def describe_saved(view: SavedView, agent: Agent) -> SavedList:
    """Return a saved view without the values of its conditions that no longer exist."""
    (found,) = describe_all_saved([view], agent)
    return found


def describe_all_saved(views: Iterable[SavedView], agent: Agent) -> list[SavedList]:
    """Return saved views likewise; one statement finds what exists."""
    found = list(views)
    existing = _find_existing(agent.desk_id, found)
    return [_describe(view, agent, existing) for view in found]


def _describe(view: SavedView, agent: Agent, existing: set[tuple[str, int]]) -> SavedList:
    filters, missing = _leave_out_missing(view, existing)
    deleted = [name for name in filters if not _has_field(name, agent.desk)]
    filters = {name: value for name, value in filters.items() if name not in deleted}
    return SavedList(
        id=view.pk,
        slug=view.slug,
        name=view.name,
        base=view.base,
        filters=filters,
        sort=view.sort,
        grouping=view.grouping,
        columns=tuple(view.columns),
        missing=(*missing, *deleted),
        can_change=can_change(agent, view),
        version=view.updated_at.isoformat(),
    )


@dataclass(frozen=True, slots=True)
class _Existing:
    name: str
    id: int


def _has_field(name: str, desk: Desk) -> bool:
    """Return False for a condition on a field of the desk that was deleted."""
    own = parse_name(get_positive(name))
    return own is None or find_field(desk, own) is not None


def _find_existing(desk_id: int, views: list[SavedView]) -> set[tuple[str, int]]:
    """Return those of the ids in the views' conditions that exist, with their property."""
    named = {
        name: sorted(
            {
                i
                for view in views
                for key in (name, NOT + name)
                for i in _list_ids(view.conditions, key)
            }
        )
        for name in _TABLES
    }
    if not any(named.values()):
        return set()
    return {(row.name, row.id) for row in _select_existing(desk_id, named).fetch()}


def _leave_out_missing(
    view: SavedView, existing: set[tuple[str, int]]
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the conditions whose values exist, and the names of those with one that doesn't."""
    named = [(key, name) for name in _TABLES for key in (name, NOT + name)]
    gone = {
        (key, i)
        for key, name in named
        for i in _list_ids(view.conditions, key)
        if (name, i) not in existing
    }
    filters = {}
    for name, value in view.conditions.items():
        kept = [v for v in split_values(value) if (name, parse_number(v)) not in gone]
        if kept:
            filters[name] = SEPARATOR.join(kept)
    return filters, tuple(dict.fromkeys(name for name, _ in sorted(gone)))


def _list_ids(conditions: Mapping[str, str], name: str) -> list[int]:
    values = map(parse_number, split_values(conditions.get(name, "")))
    return [value for value in values if value]


def _select_existing(desk_id: int, named: Mapping[str, list[int]]) -> Query[_Existing]:
    parts = [
        f"SELECT '{name}' AS name, id FROM {table}"  # noqa: S608 (constants)
        f" WHERE desk_id = %(desk)s AND id = ANY(%({name})s::bigint[])"
        for name, table in _TABLES.items()
    ]
    return Query(" UNION ALL ".join(parts), {"desk": desk_id, **named}, _Existing)


@dataclass(frozen=True, slots=True)
class SavedName:
    """A saved view in the sidebar."""

    id: int
    name: str
    is_shared: bool


def select_saved_names(agent: Agent) -> Query[SavedName]:
    """Return the statement of the views that an agent sees, as tickets.saved_views.access does."""
    sql = f"""
        SELECT v.id, v.name, v.agent_id IS NULL AS is_shared FROM tickets_savedview v
        WHERE v.desk_id = %(desk)s AND (v.agent_id = %(agent)s OR (v.agent_id IS NULL AND (
          v.department_id IS NULL OR %(sees_all)s OR EXISTS (
            SELECT FROM accounts_agentdepartment m
            WHERE m.department_id = v.department_id AND m.agent_id = %(agent)s))))
        ORDER BY v.agent_id IS NULL DESC, v.position, v.id
        LIMIT {2 * MAX_VIEWS}
        """  # noqa: S608 (constants)
    sees_all = Role(agent.role) in ROLES_SEEING_ALL
    params = {"desk": agent.desk_id, "agent": agent.pk, "sees_all": sees_all}
    return Query(sql, params, SavedName)
