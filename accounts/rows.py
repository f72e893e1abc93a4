"""Named columns of raw statements, the model instances that they hold, and prepared statements.

A statement that reads several tables names each column after the table's alias::

    SELECT {select_columns("c", CONTACT)} FROM accounts_contact c

so that no value is found by its position.

A constant statement on a hot path is prepared: PostgreSQL parses it once per connection and, after
five runs, plans it once, too. It takes its values apart from its text, so it says their types where
its columns don't (``%(at)s::timestamptz``). A cached plan depends on neither the desk nor its
custom settings, and PostgreSQL plans again for another role. A statement whose partial index needs
a value keeps that as a literal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from types import SimpleNamespace
from typing import Any, TypeVar, cast

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Model
from psycopg import ClientCursor, Cursor
from psycopg.types.numeric import Int8

Params = Mapping[str, Any] | Sequence[Any]
M = TypeVar("M", bound=Model)


def select_columns(alias: str, columns: Sequence[str]) -> str:
    """Return the select list of a table's columns, each named alias__column."""
    return ", ".join(f"{alias}.{column} AS {alias}__{column}" for column in columns)


def fetch_rows(sql: str, params: Params) -> list[dict[str, Any]]:
    """Run one statement and return its rows by column name."""
    with connection.cursor() as cursor:
        return _fetch(cursor, sql, params)


def fetch_prepared(sql: str, params: Params) -> list[dict[str, Any]]:
    """Run one constant statement as a prepared one and return its rows by column name."""
    with prepared_cursor() as cursor:
        return _fetch(cursor, sql, params)


def prepared_cursor() -> CursorWrapper:
    """Open a cursor of Django's connection that prepares what it executes.

    Query logs, execute wrappers and database errors work as with ``connection.cursor()``.
    """
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    raw: Any = connection.connection
    if connection.queries_logged:
        return connection.make_debug_cursor(cast(Any, _LoggedCursor(raw)))
    return connection.make_cursor(cast(Any, _PreparedCursor(raw)))


class _PreparedCursor(Cursor[Any]):
    """psycopg's cursor with parameters bound by the server."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        return super().execute(query, _type_integers(params), prepare=True, **options)


class _LoggedCursor(_PreparedCursor):
    """Keeps the statement with its values where Django's query log looks for it."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        try:
            return super().execute(query, params, **options)
        finally:
            statement = ClientCursor(self.connection).mogrify(query, params)
            logged: Any = SimpleNamespace(query=statement.encode())
            self._query = logged


def _type_integers(params: Any) -> Any:
    """Return parameters with all integers as bigint.

    psycopg chooses a type by the size of the number: each would be another statement.
    """
    if isinstance(params, Mapping):
        return {name: _type_integer(value) for name, value in params.items()}
    return params and [_type_integer(value) for value in params]


def _type_integer(value: Any) -> Any:
    if type(value) is list:
        return [_type_integer(each) for each in value]
    return Int8(value) if type(value) is int else value


def _fetch(cursor: CursorWrapper, sql: str, params: Params) -> list[dict[str, Any]]:
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
    if values[0] is None:
        return None
    for place, convert in _list_converters(model, tuple(columns)):
        values[place] = convert(values[place], None, connection)
    return model.from_db(connection.alias, columns, values)


@cache
def _list_converters(model: type[Model], columns: Sequence[str]) -> list[tuple[int, Any]]:
    """Return the functions that convert columns, such as JSON, each with its place."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return [
        (place, convert)
        for place, column in enumerate(columns)
        for convert in fields[column].get_db_converters(connection)
    ]
