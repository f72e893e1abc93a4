"""Named columns of raw statements, and the model instances that they hold.

A statement that reads several tables names each column after the table's alias::

    SELECT {select_columns("c", CONTACT)} FROM accounts_contact c

so that no value is found by its position.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model

M = TypeVar("M", bound=Model)


def select_columns(alias: str, columns: Sequence[str]) -> str:
    """Return the select list of a table's columns, each named alias__column."""
    return ", ".join(f"{alias}.{column} AS {alias}__{column}" for column in columns)


def fetch_rows(sql: str, params: Mapping[str, Any] | Sequence[Any]) -> list[dict[str, Any]]:
    """Run one statement and return its rows by column name."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]


def load_instance(
    model: type[M], alias: str, columns: Sequence[str], row: Mapping[str, Any]
) -> M | None:
    """Return the instance that a row holds under an alias, or None where an outer join found none.

    columns: those that were selected, the primary key first; Django fetches others on first use.
    """
    values = [row[f"{alias}__{column}"] for column in columns]
    return None if values[0] is None else model.from_db(connection.alias, columns, values)
