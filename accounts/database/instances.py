"""Model instances built from the rows of hand-written SQL, with every field as Django reads it.

A statement that reads several tables names each column after the table's alias, so no value is read
by its position.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)
Converter = Callable[[Any], Any]


class Columns(Generic[M]):
    """The columns of a table in a statement, and a loader for its instances::

        PLAN = Columns(Plan, "p")
        f"SELECT {PLAN} FROM accounts_plan p"
        PLAN.load(row)

    names: columns to read, including the primary key. By default all. Django fetches the others
    when they are used.
    """

    def __init__(self, model: type[M], alias: str, *names: str) -> None:
        # In the model's order, as from_db takes them.
        chosen = [f for f in model._meta.concrete_fields if not names or f.attname in names]
        if names and len(chosen) != len(names):
            raise ValueError(f"{model.__name__} has not all of these columns: {names}")
        self.model, self.alias = model, alias
        self.names = [field.attname for field in chosen]
        self.sql = ", ".join(
            f'{alias}."{field.column}" AS {alias}__{field.attname}' for field in chosen
        )
        self.key = f"{alias}__{model._meta.pk.attname}"
        self._columns = [(f"{alias}__{field.attname}", _get_converter(field)) for field in chosen]

    def __str__(self) -> str:
        """Return the select list: each column is named alias__field."""
        return self.sql

    def load(self, row: Mapping[str, Any]) -> M | None:
        """Return the instance in a row, or None if an outer join found none."""
        if row[self.key] is None:
            return None
        values = [convert(row[name]) if convert else row[name] for name, convert in self._columns]
        return self.model.from_db(DEFAULT_DB_ALIAS, self.names, values)


def _get_converter(field: Any) -> Converter | None:
    from_column = getattr(field, "from_db_value", None)
    return None if from_column is None else lambda value: from_column(value, None, connection)


class RowLoader:
    """Model instances in the rows of a join, by table alias.

    Result rows that contain the same table row share one instance.
    """

    def __init__(self, **tables: type[Model] | tuple[type[Model], Sequence[str]]) -> None:
        """Take models by alias, with the columns to read (by default all)."""
        self._tables: list[Columns[Any]] = [
            Columns(table[0], alias, *table[1])
            if isinstance(table, tuple)
            else Columns(table, alias)
            for alias, table in tables.items()
        ]
        self.columns = ", ".join(map(str, self._tables))

    def load(self, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Return the instances of each row by alias, or None if an outer join found none."""
        known: dict[tuple[str, Any], Any] = {}
        return [{table.alias: _load(table, row, known) for table in self._tables} for row in rows]


def _load(table: Columns[Any], row: Mapping[str, Any], known: dict[tuple[str, Any], Any]) -> Any:
    place = (table.alias, row[table.key])
    if place not in known:
        known[place] = table.load(row)
    return known[place]


def relate(instance: M | None, name: str, related: Model | None) -> M | None:
    """Set what a relation of an instance leads to, as select_related does. Return the instance."""
    if instance is not None:
        instance._state.fields_cache[name] = related
    return instance


def relate_all(instance: Model, name: str, rows: Sequence[Model]) -> None:
    """Let the manager of a relation return these rows for all(), as after prefetch_related."""
    found: QuerySet[Any] = getattr(instance, name).all()
    found._result_cache = list(rows)
    known = instance.__dict__.setdefault("_prefetched_objects_cache", {})
    known[name] = found
