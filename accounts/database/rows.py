"""Rows of raw statements by column name, and prepared statements.

Constant statements on hot paths are prepared: PostgreSQL parses them once per connection and, after
five runs, plans them once, too. Values are sent separately, so a statement must state a type that
its columns don't imply (``%(at)s::timestamptz``). A cached plan depends on neither the desk nor
custom settings, and PostgreSQL plans again for each role. If a partial index needs a value, the
statement contains it as a literal.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, cast

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.utils import CursorWrapper
from psycopg import ClientCursor, RawCursor
from psycopg.errors import FeatureNotSupported
from psycopg.pq import TransactionStatus
from psycopg.types.numeric import Int8

Params = Mapping[str, Any] | Sequence[Any]

PARAMETER = re.compile(r"%(?:\((\w+)\)s|s|%)")


def fetch_rows(sql: str, params: Params) -> list[dict[str, Any]]:
    """Run one statement and return its rows by column name."""
    with connection.cursor() as cursor:
        return _fetch(cursor, sql, params)


def fetch_prepared(sql: str, params: Params) -> list[dict[str, Any]]:
    """Run a constant statement as a prepared statement. Return its rows by column name."""
    with prepared_cursor() as cursor:
        return _fetch(cursor, sql, params)


def fetch_and_commit(sql: str, params: Params) -> list[dict[str, Any]]:
    """Run the last statement of a transaction and commit, in one round trip. Return its rows.

    This releases contended locks, such as that of a counter, as soon as the statement is done.
    Inside another transaction or a savepoint, this is ``fetch_prepared``. No statement may follow
    in the transaction. Its on-commit hooks run when it ends.
    """
    database = connections[DEFAULT_DB_ALIAS]
    if len(database.atomic_blocks) != 1:
        return fetch_prepared(sql, params)
    raw: Any = database.connection
    with database.wrap_database_errors, prepared_cursor() as cursor:
        with raw.pipeline():
            cast(_PreparedCursor, cursor.cursor).commits = True
            cursor.execute(sql, params)
        return _list_rows(cursor)


def prepared_cursor() -> CursorWrapper:
    """Open a cursor of Django's connection that prepares its statements.

    Query logs, execute wrappers and database errors work as with ``connection.cursor()``.
    """
    database = connections[DEFAULT_DB_ALIAS]  # each use of the proxy ``connection`` looks it up
    database.close_if_health_check_failed()
    database.ensure_connection()
    raw: Any = database.connection
    if database.queries_logged:
        return database.make_debug_cursor(cast(Any, _LoggedCursor(raw)))
    return database.make_cursor(cast(Any, _PreparedCursor(raw)))


class _PreparedCursor(RawCursor[Any]):
    """psycopg's server-side binding cursor, which parses the parameters once per statement text."""

    commits = False

    def _maybe_prepare_gen(self, *args: Any, **options: Any) -> Any:
        # psycopg's commit() would send COMMIT only after it received the result. Until this
        # process is scheduled again, the server would sit idle and hold all locks.
        yield from super()._maybe_prepare_gen(*args, **options)
        if self.commits:
            yield from self._conn._exec_command(b"COMMIT")

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        if params is not None:
            query, names = _number_parameters(query)
            params = [_type_integer(params[name]) for name in names]
        is_first = self.connection.pgconn.transaction_status == TransactionStatus.IDLE
        try:
            return super().execute(query, params, prepare=True, **options)
        except FeatureNotSupported:
            # A migration has changed the type of a column that the statement returns. PostgreSQL
            # would reject the prepared statement for as long as the connection lives.
            if not is_first:
                raise  # with the rollback, psycopg forgets all that is prepared
        self._forget_prepared()
        return super().execute(query, params, prepare=True, **options)

    def _forget_prepared(self) -> None:
        self.connection.rollback()
        self.connection.execute("DEALLOCATE ALL")


@lru_cache(maxsize=500)
def _number_parameters(sql: str) -> tuple[str, list[str | int]]:
    """Return a statement with $1, $2 ... as parameters, and their names or positions.

    psycopg would parse a long statement again each time it runs.
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
    """Keep the statement with its values where Django's query log expects it."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        try:
            return super().execute(query, params, **options)
        finally:
            statement = ClientCursor(self.connection).mogrify(query, params)
            logged: Any = SimpleNamespace(query=statement.encode())
            self._query = logged


def _type_integer(value: Any) -> Any:
    """Return an integer, or a list of them, as bigint.

    psycopg picks a type by the size of the number, and each type would need its own statement.
    """
    if type(value) is list:
        return [_type_integer(each) for each in value]
    return Int8(value) if type(value) is int else value


def _fetch(cursor: CursorWrapper, sql: str, params: Params) -> list[dict[str, Any]]:
    cursor.execute(sql, params)
    return _list_rows(cursor)


def _list_rows(cursor: CursorWrapper) -> list[dict[str, Any]]:
    # Only the names: a cursor's description creates an object per column, which takes longer than
    # reading a row.
    result = cursor.pgresult
    names = [(result.fname(place) or b"").decode() for place in range(result.nfields)]
    return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]
