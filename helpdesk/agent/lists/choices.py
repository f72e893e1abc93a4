"""Choices of the filters of a ticket list, read together with the sidebar."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from helpdesk.agent import sql
from helpdesk.agent.sql import Choice
from helpdesk.agent.statements import Query
from helpdesk.shared.numbers import parse_number
from tickets.conditions.conditions import split_values
from tickets.conditions.properties import NOT

MAX_CHOICES = 200  # tags, plans or products that a form offers
_OFFERED = {
    "tag": "tickets_tag",
    "plan": "accounts_plan",
    "product": "accounts_product",
}
_NAMED = {
    "account": ("accounts_account", "name"),
    "requester": ("accounts_contact", "coalesce(nullif(name, ''), email)"),
}
NAMES = ("priority", "agent", *_OFFERED, *_NAMED)


def select_choices(desk_id: int, filters: Mapping[str, str]) -> list[Query[Any]]:
    """Return the statements of what a list can be filtered by, in the order of NAMES.

    filters: the active ones. Of accounts and requesters, only those in them are read.
    """
    return [
        sql.select_priorities(desk_id),
        sql.select_agents(desk_id),
        *(_select_offered(table, desk_id, _ids(filters, name)) for name, table in _OFFERED.items()),
        *(
            _select_named(table, shown, desk_id, _ids(filters, name))
            for name, (table, shown) in _NAMED.items()
        ),
    ]


def _ids(filters: Mapping[str, str], name: str) -> list[int]:
    values = (*split_values(filters.get(name, "")), *split_values(filters.get(NOT + name, "")))
    ids: Iterable[int | None] = map(parse_number, values)
    return [each for each in ids if each]


def _select_offered(table: str, desk_id: int, chosen: list[int]) -> Query[Choice]:
    statement = f"""
        SELECT id, name FROM {table}
        WHERE desk_id = %(desk)s AND (id = ANY(%(chosen)s::bigint[]) OR id IN (
          SELECT id FROM {table} WHERE desk_id = %(desk)s ORDER BY name, id LIMIT {MAX_CHOICES}))
        ORDER BY name, id
        """  # noqa: S608 (constants)
    return Query(statement, {"desk": desk_id, "chosen": chosen}, Choice)


def _select_named(table: str, shown: str, desk_id: int, chosen: list[int]) -> Query[Choice]:
    statement = f"""
        SELECT id, {shown} AS name FROM {table}
        WHERE desk_id = %(desk)s AND id = ANY(%(chosen)s::bigint[])
        ORDER BY name, id
        """  # noqa: S608 (constants)
    return Query(statement, {"desk": desk_id, "chosen": chosen}, Choice)
