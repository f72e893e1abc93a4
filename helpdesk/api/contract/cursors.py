"""Cursors: where a page of a sorted list begins, by the values of the row before it."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError as InvalidValueError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import BigIntegerField, DateTimeField, Field, Q, QuerySet
from django.utils.translation import gettext
from rest_framework.exceptions import ErrorDetail

from helpdesk.api.contract.problems import ParameterError

CURSOR = "cursor"
MAX_CURSOR = 2000  # characters


@dataclass(frozen=True, slots=True)
class Cursor:
    """The values of a row. is_back: the page ends before it instead of beginning after it."""

    values: tuple[Any, ...]
    is_back: bool


class Order:
    """The order of a queryset by columns that together are unique; "-" first for descending.

    NULL comes last, or first when descending, as PostgreSQL sorts.
    """

    def __init__(self, queryset: QuerySet[Any], columns: tuple[str, ...]) -> None:
        self.queryset, self.columns = queryset, columns
        self.names = [column.removeprefix("-") for column in columns]

    def read_rows(self, cursor: Cursor | None, size: int) -> list[Any]:
        """Return the next rows after a cursor, or those before it in the opposite order."""
        return list(self._list_rows(cursor)[:size])

    def _list_rows(self, cursor: Cursor | None) -> QuerySet[Any]:
        columns = self.columns
        if cursor is None:
            return self.queryset.order_by(*columns)
        if cursor.is_back:
            columns = tuple(_invert(column) for column in columns)
        nullable = {name for name in self.names if find_field(self.queryset, name).null}
        after = _build_filter(columns, cursor.values, nullable)
        return self.queryset.order_by(*columns).filter(after)

    def write(self, row: Any, *, is_back: bool) -> str:
        """Return the cursor of a row."""
        values = [_read_value(row, name) for name in self.names]
        facts = {"by": ",".join(self.columns), "at": values, "back": is_back}
        text = json.dumps(facts, cls=_Encoder, separators=(",", ":"))
        return urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def read(self, text: str) -> Cursor:
        """Return the cursor of a text. Raises ParameterError for one that no page has linked to."""
        try:
            raw = urlsafe_b64decode(text[:MAX_CURSOR].encode("ascii") + b"==")
            facts = json.loads(raw.decode("ascii"))
            if set(facts) != {"by", "at", "back"} or facts["by"] != ",".join(self.columns):
                raise invalid_cursor()
            if not isinstance(facts["back"], bool) or len(facts["at"]) != len(self.names):
                raise invalid_cursor()
            values = tuple(map(self.read_position, self.names, facts["at"]))
        except (ValueError, TypeError, OverflowError, InvalidValueError, RecursionError):
            raise invalid_cursor() from None
        return Cursor(values, facts["back"])

    def read_position(self, name: str, value: Any) -> Any:
        """Return the value of a column in a cursor. Raises ParameterError and ValueError."""
        field = find_field(self.queryset, name)
        if value is None and field.null:
            return None
        if not isinstance(value, str | int) or isinstance(value, bool) or value == "":
            raise invalid_cursor()
        found = field.to_python(value)
        if isinstance(found, int) and abs(found) > BigIntegerField.MAX_BIGINT:
            raise invalid_cursor()
        if isinstance(field, DateTimeField):
            return _check_moment(found)
        if isinstance(found, str) and "\0" in found:
            raise invalid_cursor()
        return found


def find_field(queryset: QuerySet[Any], name: str) -> Any:
    """Return the field of a column, of a related one ("a__b") or of an annotation."""
    if name in queryset.query.annotations:
        return queryset.query.annotations[name].output_field
    model: Any = queryset.model
    *path, last = name.split("__")
    for part in path:
        model = model._meta.get_field(part).related_model
    found: Field[Any, Any] = model._meta.pk if last == "pk" else model._meta.get_field(last)
    return found.target_field if found.is_relation else found  # type: ignore[attr-defined]


def invalid_cursor() -> ParameterError:
    """Return the error for a cursor that no page of this list has linked to."""
    said = gettext("The cursor is invalid. Begin with the first page, without a cursor.")
    return ParameterError({CURSOR: [ErrorDetail(said, code="invalid")]})


class _Encoder(DjangoJSONEncoder):
    """Times with all their digits, which Django's encoder cuts."""

    def default(self, o: Any) -> Any:
        return o.astimezone(UTC).isoformat() if isinstance(o, datetime) else super().default(o)


def _check_moment(moment: datetime | None) -> datetime:
    if moment is None or moment.tzinfo is None:
        raise invalid_cursor()
    return moment.astimezone(UTC)


def _read_value(row: Any, name: str) -> Any:
    for part in name.split("__"):
        row = getattr(row, part)
    return row


def _invert(column: str) -> str:
    return column.removeprefix("-") if column.startswith("-") else f"-{column}"


def _build_filter(columns: tuple[str, ...], values: tuple[Any, ...], nullable: set[str]) -> Q:
    """Return (a, b) > (x, y) as a >= x and (a > x or (a = x and b > y)).

    The first part says nothing new: with it, an index on the first column finds where to begin.
    """
    after, same = Q(), Q()
    for column, value in zip(columns, values, strict=True):
        after |= same & _is_after(column, value, nullable)
        name = column.removeprefix("-")
        same &= Q(**{f"{name}__isnull": True}) if value is None else Q(**{name: value})
    first = columns[0].removeprefix("-")
    if values[0] is None or first in nullable:
        return after
    return after & Q(**{f"{first}__{'lte' if columns[0] != first else 'gte'}": values[0]})


def _is_after(column: str, value: Any, nullable: set[str]) -> Q:
    name = column.removeprefix("-")
    is_descending = column != name
    if value is None:
        return Q(**{f"{name}__isnull": False}) if is_descending else Q(pk__in=[])
    if is_descending:
        return Q(**{f"{name}__lt": value})
    later = Q(**{f"{name}__gt": value})
    return later | Q(**{f"{name}__isnull": True}) if name in nullable else later
