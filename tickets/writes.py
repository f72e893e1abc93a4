"""The rows of a change, written in one statement (P6, P14).

Each part is one or more data-modifying CTEs. All of them see the rows as of before the statement,
and PostgreSQL checks the foreign keys between their rows when the statement ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models import Field, Model

from accounts.database.rows import fetch_and_commit, fetch_prepared

# Their values are saved as they are.
PLAIN_FIELDS = {
    models.BigAutoField,
    models.BigIntegerField,
    models.BooleanField,
    models.ForeignKey,
    models.PositiveIntegerField,
}


@dataclass(frozen=True, slots=True)
class Write:
    """A part of the statement.

    sql: "name AS (INSERT ..)", or several with commas. Names of CTEs and parameters must be unique
    among all parts. returns: columns of the statement's only row, "(SELECT ..) AS name". then: is
    called with that row. is_begun: more parts are written after it.
    """

    sql: str
    params: Mapping[str, Any]
    returns: str = ""
    then: Callable[[dict[str, Any]], None] | None = None
    is_begun: bool = False

    @property
    def name(self) -> str:
        """The name of the first CTE."""
        return self.sql.split(maxsplit=1)[0]


def run_writes(writes: Sequence[Write], *, is_last: bool = False) -> dict[str, Any]:
    """Run the statement made up of these parts. Return its row.

    is_last: as in Change.save.
    """
    fetch = fetch_prepared
    if is_last and not any(write.is_begun for write in writes):
        fetch = fetch_and_commit
    returns = ", ".join(write.returns for write in writes if write.returns)
    sql = f"WITH {','.join(write.sql for write in writes)}\nSELECT {returns or 'true AS done'}"
    params = {name: value for write in writes for name, value in write.params.items()}
    [row] = fetch(sql, params)
    for write in writes:
        if write.then:
            write.then(row)
    return row


def insert_row(row: Model, name: str, *, number: str = "") -> Write:
    """Return the insert of a row that already has its ID.

    number: an SQL expression for that column, if it isn't the instance's value.
    """
    fields = [f for f in row._meta.concrete_fields if not (number and f.column == "number")]
    return Write(_write_insert(type(row), name, number), _bind(row, name, fields, is_new=True))


def update_row(row: Model, name: str, columns: Iterable[str]) -> Write:
    """Return the update of some fields of a row."""
    fields = [_find_field(type(row), column) for column in columns]
    params = _bind(row, name, fields, is_new=False) | {f"{name}_id": row.pk}
    return Write(_write_update(type(row), name, tuple(f.column for f in fields)), params)


def reserve_id(model: type[Model]) -> str:
    """Return the SQL expression for the ID of a new row, to be used before it is written."""
    return f"nextval('{model._meta.db_table}_id_seq')"


@cache
def _write_insert(model: type[Model], name: str, number: str) -> str:
    columns = [str(field.column) for field in model._meta.concrete_fields]
    values = (number if number and c == "number" else f"%({name}_{c})s" for c in columns)
    into = f"{model._meta.db_table} ({', '.join(columns)})"
    return f"{name} AS (INSERT INTO {into} VALUES ({', '.join(values)}))"  # noqa: S608 (names)


@cache
def _write_update(model: type[Model], name: str, columns: Sequence[str]) -> str:
    values = ", ".join(f'"{column}" = %({name}_{column})s' for column in columns)
    table = model._meta.db_table
    return f"{name} AS (UPDATE {table} SET {values} WHERE id = %({name}_id)s)"  # noqa: S608 (names)


@cache
def _find_field(model: type[Model], name: str) -> Field[Any, Any]:
    return cast("Field[Any, Any]", model._meta.get_field(name))


def _bind(
    row: Model, name: str, fields: Iterable[Field[Any, Any]], *, is_new: bool
) -> dict[str, Any]:
    """Return the values as Django would save them."""
    database = connections[DEFAULT_DB_ALIAS]  # the proxy looks it up each time
    return {
        f"{name}_{field.column}": (
            getattr(row, field.attname)
            if type(field) in PLAIN_FIELDS
            else field.get_db_prep_save(field.pre_save(row, is_new), database)
        )
        for field in fields
    }
