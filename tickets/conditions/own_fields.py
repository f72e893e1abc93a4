"""Conditions on a desk's own fields, by the field's id (M90-M95).

``field_12`` takes values of which a ticket needs any, ``field_12_from`` and ``field_12_to`` the
bounds of a range, both included, and ``not_field_12`` values that a ticket must not have. Which
values a field can have depends on its kind, so that they are checked where the desk is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from accounts.models import Desk
from tickets.conditions.values import UNKNOWN_FILTER, Asked
from tickets.errors import InvalidValueError
from tickets.fields.definitions import list_fields
from tickets.fields.values import NO, YES, clean_value, sort_version
from tickets.models import FieldKind, FieldValue, FormField
from tickets.models.forms import MAX_LINE

ANY = "*"  # any value at all
MAX_WORDS = 25  # of one value: each is looked for in each text
FROM, TO = "_from", "_to"
TYPED = "_typed"  # ends the name of a parameter that holds one value just as it was typed
RANGES = {FieldKind.NUMBER: "number", FieldKind.DATE: "day", FieldKind.VERSION: "sorted_as"}
_NAME = re.compile(r"field_(?P<id>[1-9][0-9]{0,17})(?P<side>_from|_to)?")
_LOOKUPS = {FROM: "gte", TO: "lte"}
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class OwnName:
    """The name of a property: a field's id, and FROM or TO for a bound."""

    field_id: int
    side: str = ""


def parse_name(name: str) -> OwnName | None:
    """Return which field a property such as "field_12_from" is about, or None for another one."""
    found = _NAME.fullmatch(name)
    return OwnName(int(found["id"]), found["side"] or "") if found else None


def read_typed(parameters: Mapping[str, str]) -> dict[str, str]:
    """Return the conditions that parameters have as typed, such as {"field_12_typed": "a, b"}."""
    found = {}
    for name, value in parameters.items():
        own = parse_name(name.removesuffix(TYPED))
        if own is not None and not own.side and name.endswith(TYPED):
            found[name.removesuffix(TYPED)] = write_value(value.strip())
    return found


def find_field(desk: Desk, name: OwnName) -> FormField | None:
    """Return the field of a desk, or None if there is none with this id."""
    return next((field for field in list_fields(desk) if field.pk == name.field_id), None)


def list_names(field: FormField) -> list[str]:
    """Return the properties of a field: its bounds, or its values."""
    name = f"field_{field.pk}"
    return [name, name + FROM, name + TO] if field.kind in RANGES else [name]


def write_value(value: str) -> str:
    """Return a value as conditions hold it: a comma would start another value."""
    return value.replace("%", "%25").replace(",", "%2C")


def read_value(text: str) -> str:
    """Return the value that a condition holds."""
    return text.replace("%2C", ",").replace("%25", "%")


@dataclass(frozen=True, slots=True)
class OwnField:
    """Values of one of the desk's own fields."""

    name: OwnName

    def check(self, value: str) -> None:
        if len(read_value(value)) > MAX_LINE or "\0" in value:
            raise ValueError(value)

    def compile(self, values: Iterable[str], asked: Asked) -> Q:
        """Raises ValidationError for a field that isn't there, or a value that it can't have."""
        field = find_field(asked.agent.desk, self.name)
        if field is None or (self.name.side and field.kind not in RANGES):
            raise ValidationError(UNKNOWN_FILTER)
        found = Q()
        for value in map(read_value, values):
            found |= self._match(field, value)
        return found

    def _match(self, field: FormField, value: str) -> Q:
        if self.name.side:
            column, typed = RANGES[FieldKind(field.kind)], _read_typed(field, value)
            return _exists(field, Q((f"{column}__{_LOOKUPS[self.name.side]}", typed)))
        if field.kind == FieldKind.CHECKBOX and value == NO:  # what isn't checked has no value
            return ~_exists(field, Q(text=YES))
        return _exists(field, Q() if value == ANY else _match_value(field, value))


def _exists(field: FormField, condition: Q) -> Q:
    values = FieldValue.objects.filter(desk_id=OuterRef("desk_id"), ticket=OuterRef("pk"))
    return Q(Exists(values.filter(condition, field_id=field.pk)))


def _match_value(field: FormField, value: str) -> Q:
    if field.kind == FieldKind.LONG:  # only its beginning is kept apart
        raise ValidationError(UNKNOWN_FILTER)
    if field.kind == FieldKind.VERSION:
        return Q(text=_clean(field, value))
    if field.kind in RANGES:
        return Q((RANGES[FieldKind(field.kind)], _read_typed(field, value)))
    if field.kind in (FieldKind.SELECT, FieldKind.CHECKBOX):  # a removed choice is found, too
        return Q(text=value)
    return _match_words(value)


def _match_words(value: str) -> Q:
    """Return the condition that a text has all of these words, whole and in any case.

    Raises ValidationError for too many.
    """
    words = list(dict.fromkeys(_WORD.findall(value)))
    if len(words) > MAX_WORDS:
        text = _("A filter can look for up to %(maximum)s words.")
        raise ValidationError(text % {"maximum": MAX_WORDS})
    if not words:
        return Q(text__icontains=value)
    found = Q()
    for word in words:
        found &= Q(text__iregex=rf"(^|\W){word}(\W|$)")
    return found


def _clean(field: FormField, value: str) -> str:
    try:
        cleaned = clean_value(field, value)
    except InvalidValueError as refused:
        raise ValidationError(str(refused)) from None
    if not cleaned:
        raise ValidationError(UNKNOWN_FILTER)
    return cleaned


def _read_typed(field: FormField, value: str) -> Any:
    cleaned = _clean(field, value)
    if field.kind == FieldKind.NUMBER:
        return Decimal(cleaned)
    return date.fromisoformat(cleaned) if field.kind == FieldKind.DATE else sort_version(cleaned)
