"""Filters by a desk's own fields, for lists of tickets. Each uses an index of FieldValue."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from tickets.errors import InvalidValueError
from tickets.fields.values import clean_value, sort_version
from tickets.models import FieldKind, FieldValue, FormField

M = TypeVar("M", bound=Model)


class FieldOperator(StrEnum):
    """How a field's value is compared."""

    IS = "is"
    IS_NOT = "is_not"  # also if it has no value
    LESS = "less"  # of numbers, dates and versions
    AT_MOST = "at_most"
    MORE = "more"
    AT_LEAST = "at_least"
    IS_SET = "is_set"
    IS_NOT_SET = "is_not_set"


LOOKUPS = {
    FieldOperator.LESS: "lt",
    FieldOperator.AT_MOST: "lte",
    FieldOperator.MORE: "gt",
    FieldOperator.AT_LEAST: "gte",
}
COLUMNS = {FieldKind.NUMBER: "number", FieldKind.DATE: "day", FieldKind.VERSION: "sorted_as"}
NEGATED = (FieldOperator.IS_NOT, FieldOperator.IS_NOT_SET)


def list_operators(field: FormField) -> list[FieldOperator]:
    """Return the operators that make sense for a field."""
    if field.kind in COLUMNS:
        return list(FieldOperator)
    if field.kind == FieldKind.LONG:
        return [FieldOperator.IS_SET, FieldOperator.IS_NOT_SET]
    unordered = (FieldOperator.IS, FieldOperator.IS_NOT)
    return [*unordered, FieldOperator.IS_SET, FieldOperator.IS_NOT_SET]


def filter_by_field(
    queryset: QuerySet[M], field: FormField, operator: FieldOperator | str, value: str = ""
) -> QuerySet[M]:
    """Return the rows whose ticket has such a value of a field.

    queryset: of Ticket or QueueRow, whose primary key is the ticket's ID. Raises InvalidValueError
    for a value that isn't possible, and ValueError for an operator that the field doesn't have.
    """
    chosen = FieldOperator(operator)
    if chosen not in list_operators(field):
        raise ValueError(f"{field.kind} has no operator {chosen}")
    matches = _match(field, chosen, value)
    found = FieldValue.objects.filter(matches, desk_id=field.desk_id, field_id=field.pk)
    is_in = Q(pk__in=found.values("ticket_id"))
    return queryset.exclude(is_in) if chosen in NEGATED else queryset.filter(is_in)


def _match(field: FormField, operator: FieldOperator, value: str) -> Q:
    if operator in (FieldOperator.IS_SET, FieldOperator.IS_NOT_SET):
        return Q()
    cleaned = clean_value(field, value)
    if not cleaned:
        text = _("Enter a value for %(field)s.")
        raise InvalidValueError(field.key, text % {"field": field.label})
    if operator in LOOKUPS:
        lookup = f"{COLUMNS[FieldKind(field.kind)]}__{LOOKUPS[operator]}"
        return Q(**{lookup: _type(field, cleaned)})
    return Q(text=cleaned)


def _type(field: FormField, value: str) -> Any:
    if field.kind == FieldKind.NUMBER:
        return Decimal(value)
    return date.fromisoformat(value) if field.kind == FieldKind.DATE else sort_version(value)
