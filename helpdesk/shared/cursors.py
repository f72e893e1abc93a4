"""Keyset pagination of tickets: page 400 costs as much as page 1 (performance.md, P2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Q, QuerySet

from helpdesk.shared.numbers import parse_number
from tickets.models import Ticket

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


TIMES = {"updated_at", "due_at"}  # fields that hold a datetime


@dataclass(frozen=True, slots=True)
class Order:
    """A total order of tickets: fields in one direction, the last of them unique."""

    fields: tuple[str, ...]
    is_descending: bool = False

    def sort(self, tickets: QuerySet[Ticket], *, backwards: bool = False) -> QuerySet[Ticket]:
        """Return the tickets in this order, or in its reverse."""
        sign = "-" if self.is_descending != backwards else ""
        return tickets.order_by(*(sign + field for field in self.fields))


LAST_CHANGE = Order(("updated_at", "id"), is_descending=True)


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place between two rows of an ordered list, as the values of the order's fields."""

    values: tuple[int | datetime, ...]

    def __str__(self) -> str:
        """Return numbers joined by "-" for a URL; times are microseconds since 1970."""
        return "-".join(str(_to_number(value)) for value in self.values)

    @classmethod
    def parse(cls, text: str, order: Order = LAST_CHANGE) -> Cursor | None:
        """Return the cursor in a URL parameter; None if there is none or it is malformed."""
        numbers = [parse_number(part) for part in text.split("-")]
        if len(numbers) != len(order.fields):
            return None
        values = []
        for field, number in zip(order.fields, numbers, strict=True):
            value = _to_datetime(number) if field in TIMES else number
            if value is None:
                return None
            values.append(value)
        return cls(tuple(values))


def _to_number(value: int | datetime) -> int:
    return (value - EPOCH) // timedelta(microseconds=1) if isinstance(value, datetime) else value


def _to_datetime(microseconds: int | None) -> datetime | None:
    if microseconds is None:
        return None
    try:
        return EPOCH + timedelta(microseconds=microseconds)
    except OverflowError:
        return None


def select_older(
    tickets: QuerySet[Ticket], cursor: Cursor | None, *, size: int, order: Order = LAST_CHANGE
) -> QuerySet[Ticket]:
    """Select ``size`` + 1 tickets after a cursor in the order, or from the top without one."""
    if cursor is not None:
        tickets = tickets.filter(
            *_beyond(order.fields, cursor.values, "lt" if order.is_descending else "gt")
        )
    return order.sort(tickets)[: size + 1]


def select_newer(
    tickets: QuerySet[Ticket], cursor: Cursor, *, size: int, order: Order = LAST_CHANGE
) -> QuerySet[Ticket]:
    """Select ``size`` + 1 tickets before a cursor, nearest first: in the reverse of the order."""
    before = _beyond(order.fields, cursor.values, "gt" if order.is_descending else "lt")
    return order.sort(tickets.filter(*before), backwards=True)[: size + 1]


def _beyond(fields: Sequence[str], values: Sequence[int | datetime], side: str) -> tuple[Q, Q]:
    """Return the condition for rows beyond a cursor, field by field.

    The first field's part comes again on its own: an index scan starts from it.
    """
    first = Q((f"{fields[0]}__{side}e", values[0]))
    last = len(fields) - 1
    beyond = Q((f"{fields[last]}__{side}", values[last]))
    for field, value in list(zip(fields, values, strict=True))[:last][::-1]:
        beyond = Q((f"{field}__{side}", value)) | (Q((field, value)) & beyond)
    return beyond, first
