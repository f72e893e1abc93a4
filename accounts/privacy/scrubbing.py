"""Replace words in the texts of tables by a mark, to erase a person."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import (
    CharField,
    F,
    Field,
    Func,
    JSONField,
    Model,
    Q,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Left

MARK = "[erased]"


NOT_INSIDE = r"(?:(?<![\w.+-])|(?<=\\[bfnrt]))"
NOT_GOING_ON = r"(?![\w@-]|\.\w)"
# What is between a name and its address in headers, texts and JSON.
TO_ADDRESS = r"""["'\\\s,]*[<(\[]?\s*"""
NO_KEY = '(?!":)'  # the end of a JSON key


def build_pattern(words: Iterable[str], *, named: Iterable[str] = ()) -> str:
    """Return a regular expression for PostgreSQL and Python that finds whole names and addresses.

    An address is not found inside a longer one, such as ann@x.example in joann@x.example or
    ann@x.example.org. named: words that only count right before one of ``words``, as in
    ``Ann Lee <ann@x.example>``.
    """
    found, beside = _any_of(words), _any_of(named)
    if not found:
        return ""
    if beside:
        found = rf"{found}|(?:{beside})(?={TO_ADDRESS}(?:{found}){NOT_GOING_ON})"
    return rf"{NOT_INSIDE}(?:{found}){NOT_GOING_ON}"


def _any_of(words: Iterable[str]) -> str:
    # In JSON a line break is two characters, \n, whose letter belongs to no word.
    choices = (
        r"(?:\s|\\[nrt])+".join(map(re.escape, word.split()))
        for word in sorted(set(words), key=len, reverse=True)
    )
    return "|".join(filter(None, choices))


def scrub(rows: QuerySet, pattern: str, *, any_case: bool = True) -> int:
    """Replace each match in every text and JSON column of these rows by MARK; keys of JSON stay.

    Return the number of changed rows.
    """
    columns = list_text_columns(rows.model)
    ids = find_rows(rows, pattern, any_case=any_case)
    changes = {
        field.attname: _replace_in(field, pattern, "gi" if any_case else "g") for field in columns
    }
    return rows.model._base_manager.filter(pk__in=ids).update(**changes) if ids else 0


def scrub_text(pattern: str, text: str) -> str:
    """Return a text with each match of a pattern replaced by MARK; "" matches nothing."""
    return re.sub(pattern, MARK, text) if pattern else text


def rewrite_data(rows: QuerySet, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Update the column "data" of events. change: returns the values of an event that change."""
    changed = []
    for row in rows:
        data = row.data | change(row.data)
        if data != row.data:
            row.data = data
            changed.append(row)
    rows.model._base_manager.bulk_update(changed, ["data"], batch_size=500)


def find_rows(rows: QuerySet, pattern: str, *, any_case: bool = True) -> list[int]:
    """Return the ids of those of these rows that match a pattern in a text or JSON column."""
    columns = list_text_columns(rows.model)
    if not pattern or not columns:
        return []
    lookup = "iregex" if any_case else "regex"
    seen = rows.order_by().annotate(**{f"_{f.attname}": _as_text(f) for f in columns})
    hits = reduce(or_, (Q(**{f"_{f.attname}__{lookup}": _pattern_in(f, pattern)}) for f in columns))
    return list(seen.filter(hits).values_list("pk", flat=True))


def list_text_columns(model: type[Model]) -> list[Field]:
    """Return the columns of a table that may hold words, except generated ones."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, CharField | TextField | JSONField)
        and not field.primary_key
        and not field.choices
    ]


def _pattern_in(field: Field, pattern: str) -> str:
    return pattern + NO_KEY if isinstance(field, JSONField) else pattern


def _as_text(field: Field) -> Combinable:
    return Cast(F(field.attname), TextField())


def _replace_in(field: Field, pattern: str, flags: str) -> Combinable:
    text = Func(
        _as_text(field),
        Value(_pattern_in(field, pattern)),
        Value(MARK),
        Value(flags),
        function="regexp_replace",
        output_field=TextField(),
    )
    if isinstance(field, JSONField):
        return Cast(text, JSONField())
    return Left(text, field.max_length) if field.max_length else text
