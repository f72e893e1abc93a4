"""Rows that use another row, such as the tickets of a department: why it can't be deleted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import PROTECT, RESTRICT, SET_NULL, Model

MAX_COUNTED = 1_000
KEEPING = (PROTECT, RESTRICT, SET_NULL)


def count_rows(rows: Iterable[Model]) -> dict[type[Model], int]:
    """Return how many rows there are of each model."""
    return dict(Counter(type(row) for row in rows))


def list_users(row: Model, keeping: Collection[Any] = KEEPING) -> dict[type[Model], int]:
    """Return how many rows of each model refer to a row and would outlive it, up to a limit.

    keeping: what such a foreign key does when the row is deleted.
    """
    found: Counter[type[Model]] = Counter()
    relations: list[Any] = [
        each
        for each in row._meta.get_fields(include_hidden=True)
        if each.auto_created and getattr(each, "on_delete", None) in keeping
    ]
    for relation in relations:
        users = relation.related_model._base_manager.filter(**{relation.field.name: row})
        found[relation.related_model] += users[: MAX_COUNTED + 1].count()
    return {model: count for model, count in found.items() if count}
