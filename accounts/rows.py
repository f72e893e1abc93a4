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

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from types import SimpleNamespace
from typing import Any, TypeVar, cast

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Model
from psycopg import ClientCursor, RawCursor
from psycopg.types.numeric import Int8

Params = Mapping[str, Any] | Sequence[Any]
M = TypeVar("M", bound=Model)

PARAMETER = re.compile(r"%(?:\((\w+)\)s|s|%)")


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


def fetch_and_commit(sql: str, params: Params) -> list[dict[str, Any]]:
    """Run the last statement of a transaction and commit it, in one round trip; return its rows.

    Locks that others wait for, such as that of a counter, are then held for the statement alone and
    not until this process runs again. Inside another transaction or a savepoint, this is
    ``fetch_prepared``. No statement may follow in the transaction; its hooks run at its end.
    """
    if len(connection.atomic_blocks) != 1:
        return fetch_prepared(sql, params)
    raw: Any = connection.connection
    with connection.wrap_database_errors, prepared_cursor() as cursor:
        with raw.pipeline():
            cast(_PreparedCursor, cursor.cursor).commits = True
            cursor.execute(sql, params)
        return _list_rows(cursor)


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


class _PreparedCursor(RawCursor[Any]):
    """psycopg's cursor with parameters bound by the server, whose names are read once per text."""

    commits = False

    def _maybe_prepare_gen(self, *args: Any, **options: Any) -> Any:
        # psycopg's commit() would send the COMMIT after the statement has arrived: by then the
        # server may be done and wait, with all locks, until this process runs again.
        yield from super()._maybe_prepare_gen(*args, **options)
        if self.commits:
            yield from self._conn._exec_command(b"COMMIT")

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        if params is not None:
            query, names = _number_parameters(query)
            params = [_type_integer(params[name]) for name in names]
        return super().execute(query, params, prepare=True, **options)


@lru_cache(maxsize=500)
def _number_parameters(sql: str) -> tuple[str, list[str | int]]:
    """Return a statement with $1 for its first parameter, and the names or positions of all.

    psycopg would look for them again in each run of a long statement.
    """
    names: list[str | int] = []

    def number(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%"
        name = found[1] or len(names)
        if name not in names:
            names.append(name)
        return f"${names.index(name) + 1}"

    return PARAMETER.sub(number, sql), names


class _LoggedCursor(_PreparedCursor):
    """Keeps the statement with its values where Django's query log looks for it."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        try:
            return super().execute(query, params, **options)
        finally:
            statement = ClientCursor(self.connection).mogrify(query, params)
            logged: Any = SimpleNamespace(query=statement.encode())
            self._query = logged


def _type_integer(value: Any) -> Any:
    """Return an integer, or those of a list, as bigint.

    psycopg chooses a type by the size of the number: each would be another statement.
    """
    if type(value) is list:
        return [_type_integer(each) for each in value]
    return Int8(value) if type(value) is int else value


def _fetch(cursor: CursorWrapper, sql: str, params: Params) -> list[dict[str, Any]]:
    cursor.execute(sql, params)
    return _list_rows(cursor)


def _list_rows(cursor: CursorWrapper) -> list[dict[str, Any]]:
    # The names alone: a cursor's description makes an object of each column, which takes longer
    # than to read a row.
    result = cursor.pgresult
    names = [(result.fname(place) or b"").decode() for place in range(result.nfields)]
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


class RowLoader:
    """Model instances in the rows of a statement that joins tables, by the tables' aliases.

    Rows that hold the same row of a table share its instance.
    """

    def __init__(self, **tables: type[Model] | tuple[type[Model], Sequence[str]]) -> None:
        """Take models by alias, with the columns to read unless they are all of them."""
        given = {
            alias: table if isinstance(table, tuple) else (table, list_columns(table))
            for alias, table in tables.items()
        }
        self._tables = given
        self.columns = ", ".join(
            select_columns(alias, names) for alias, (_, names) in given.items()
        )

    def load(self, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the instances of each row by alias; None where an outer join found none."""
        known: dict[tuple[str, Any], Any] = {}
        return [{alias: self._load(alias, row, known) for alias in self._tables} for row in rows]

    def _load(self, alias: str, row: dict[str, Any], known: dict[tuple[str, Any], Any]) -> Any:
        model, columns = self._tables[alias]
        key = (alias, row[f"{alias}__{columns[0]}"])
        if key not in known:
            known[key] = load_instance(model, alias, columns, row)
        return known[key]


def list_columns(model: type[Model]) -> list[str]:
    """Return all columns of a model's table, in the order of its fields."""
    return [field.attname for field in model._meta.concrete_fields]
