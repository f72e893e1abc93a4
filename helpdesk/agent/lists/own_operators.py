"""Search operators by the desk's own fields: ``edition:Cloud``, ``"Due date":>=2026-12-01``.

A field is named by its key or its label. The operators of every desk go first.
"""

from __future__ import annotations

from accounts.models import Desk
from tickets.conditions.own_fields import ANY, FROM, RANGES, TO, write_value
from tickets.errors import InvalidValueError
from tickets.fields.definitions import list_fields
from tickets.fields.values import NO, YES, clean_value, describe_value
from tickets.models import FieldKind, FormField
from tickets.search.characters import fold

_SIDES = {">=": FROM, "<=": TO}
TYPED = (FieldKind.TEXT, FieldKind.LINK)


def list_own_operators(desk: Desk) -> dict[str, FormField]:
    """Return the fields that a search can name, by their keys and labels in lower case."""
    fields = [
        field
        for field in list_fields(desk)
        if not field.is_retired and field.kind != FieldKind.LONG
    ]
    labels = {" ".join(field.label.split()).casefold(): field for field in reversed(fields)}
    return {**labels, **{field.key: field for field in fields}}


def list_own_values(field: FormField) -> list[str]:
    """Return the values that a search suggests for a field."""
    if field.kind == FieldKind.SELECT:
        return [str(choice) for choice in field.choices]
    if field.kind == FieldKind.CHECKBOX:
        return [str(describe_value(field.kind, value)) for value in (YES, NO)]
    return []


def read_own(field: FormField, value: str, *, is_negated: bool) -> tuple[str, list[str]]:
    """Return the filter that an operator stands for, and its values; none if it can't be.

    ">=" and "<=" before a number, a date or a version name a bound.
    """
    name, side = f"field_{field.pk}", _SIDES.get(value[:2], "")
    if value == ANY:
        return name, [ANY]
    if side and field.kind in RANGES:
        cleaned = "" if is_negated else _clean(field, value[2:].strip())
        return name + side, [cleaned] if cleaned else []
    return name, [write_value(each) for each in _read_values(field, value)]


def _read_values(field: FormField, value: str) -> list[str]:
    if field.kind in TYPED:
        return [value]
    if field.kind == FieldKind.CHECKBOX:
        marks = {fold(str(describe_value(field.kind, each))): each for each in (NO, YES)}
        found = {**marks, YES: YES, NO: NO}.get(fold(value))
        return [found] if found else []
    if field.kind == FieldKind.SELECT:
        choices = [str(choice) for choice in field.choices]
        exact = [choice for choice in choices if fold(choice) == fold(value)]
        return exact or [choice for choice in choices if fold(choice).startswith(fold(value))]
    cleaned = _clean(field, value)
    return [cleaned] if cleaned else []


def _clean(field: FormField, value: str) -> str:
    try:
        return clean_value(field, value)
    except InvalidValueError:
        return ""
