"""Bulk inserts: many rows in one statement, sent as one JSON text.

For thousands of rows, where Django's bulk_create spends most of its time on single values.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import islice
from operator import attrgetter
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import DateTimeField, Field, Model

from accounts.database.rows import fetch_prepared
from accounts.models.fields import CleanField

AT_ONCE = 5_000  # rows per statement
INSERT = """
INSERT INTO {table} ({names})
SELECT {names} FROM ROWS FROM (json_to_recordset(%(rows)s::text::json) AS ({typed}))
  WITH ORDINALITY AS given({names}, place)
ORDER BY place {conflict} RETURNING {key} AS id
"""
KEEP = "ON CONFLICT DO NOTHING"

Read = Callable[[Any], Any]


def insert_objects(objects: Iterable[Model]) -> None:
    """Write new objects of one model in their order, and set their IDs. Sends no signals."""
    waiting = iter(objects)
    while batch := list(islice(waiting, AT_ONCE)):
        for each, pk in zip(batch, sorted(_insert(batch)), strict=True):
            each.pk, each._state.adding, each._state.db = pk, False, DEFAULT_DB_ALIAS


def insert_missing(objects: Iterable[Model]) -> None:
    """Write the objects whose rows don't exist yet. Doesn't set their IDs."""
    waiting = iter(objects)
    while batch := list(islice(waiting, AT_ONCE)):
        _insert(batch, KEEP)


def insert_rows(model: type[Model], rows: Sequence[Mapping[str, Any]], conflict: str = "") -> None:
    """Write rows by column name. conflict: an ON CONFLICT clause.

    Values are written as given: strings must be clean, and times must have a zone.
    """
    columns = tuple(rows[0]) if rows else ()
    for first in range(0, len(rows), AT_ONCE):
        _run(model, columns, rows[first : first + AT_ONCE], conflict)


def _insert(objects: Sequence[Model], conflict: str = "") -> list[int]:
    readers = _list_readers(type(objects[0]))
    rows = [{name: read(each) for name, read in readers} for each in objects]
    return _run(type(objects[0]), tuple(name for name, _ in readers), rows, conflict)


def _run(
    model: type[Model], columns: tuple[str, ...], rows: Sequence[Mapping[str, Any]], conflict: str
) -> list[int]:
    given = json.dumps(rows, default=_encode, ensure_ascii=False, separators=(",", ":"))
    written = fetch_prepared(_write_sql(model, columns, conflict), {"rows": given})
    return [row["id"] for row in written]


def _encode(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} can't be written as JSON")


@cache
def _list_readers(model: type[Model]) -> tuple[tuple[str, Read], ...]:
    """Return a model's columns besides the ID, each with the function that reads its value."""
    fields: list[Any] = [field for field in model._meta.concrete_fields if not field.primary_key]
    return tuple((field.column, _make_reader(field)) for field in fields)


def _make_reader(field: Field[Any, Any]) -> Read:
    if isinstance(field, CleanField):
        return lambda each: field.pre_save(each, True)
    is_plain = type(field).pre_save is Field.pre_save
    is_time = isinstance(field, DateTimeField) and not (field.auto_now or field.auto_now_add)
    if is_plain or is_time:
        return attrgetter(field.attname)
    return lambda each: field.get_prep_value(field.pre_save(each, True))


@cache
def _write_sql(model: type[Model], columns: tuple[str, ...], conflict: str) -> str:
    fields: dict[Any, Any] = {field.column: field for field in model._meta.concrete_fields}
    quote = connection.ops.quote_name
    return INSERT.format(
        table=quote(model._meta.db_table),
        names=", ".join(map(quote, columns)),
        typed=", ".join(f"{quote(name)} {fields[name].db_type(connection)}" for name in columns),
        conflict=conflict,
        key=quote(str(model._meta.pk.column)),
    )
