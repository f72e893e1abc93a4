"""Keyset pagination of tickets: page 400 costs as much as page 1 (performance.md, P2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.fields.tuple_lookups import (
    Tuple,
    TupleGreaterThan,
    TupleGreaterThanOrEqual,
    TupleLessThan,
    TupleLessThanOrEqual,
)

from helpdesk.shared.numbers import parse_number
from tickets.models import QueueRow

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


TIMES = {"updated_at", "due_at", "unanswered_since"}  # fields that hold a datetime


@dataclass(frozen=True, slots=True)
class Order:
    """A total order of tickets: fields in one direction, the last of them unique."""

    fields: tuple[str, ...]
    is_descending: bool = False

    def sort(self, tickets: QuerySet[QueueRow], *, backwards: bool = False) -> QuerySet[QueueRow]:
        """Return the tickets in this order, or in its reverse."""
        sign = "-" if self.is_descending != backwards else ""
        return tickets.order_by(*(sign + field for field in self.fields))


# Priorities by rank, then each by deadline. The rank is the priority's own, so a list in this order
# is read priority by priority (helpdesk/agent/lists/queue_queries.py).
BY_PRIORITY = Order(("priority_rank", "due_at", "ticket_id"))
BY_DEADLINE = Order(("due_at", "ticket_id"))
LAST_CHANGE = Order(("updated_at", "ticket_id"), is_descending=True)


# By (is_less, is_inclusive).
_LOOKUPS: dict[tuple[bool, bool], Any] = {
    (True, False): TupleLessThan,
    (True, True): TupleLessThanOrEqual,
    (False, False): TupleGreaterThan,
    (False, True): TupleGreaterThanOrEqual,
}


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
    tickets: QuerySet[QueueRow], cursor: Cursor | None, *, size: int, order: Order = LAST_CHANGE
) -> QuerySet[QueueRow]:
    """Select ``size`` + 1 tickets after a cursor in the order, or from the top without one."""
    if cursor is not None:
        tickets = tickets.filter(is_beyond(order, cursor))
    return order.sort(tickets)[: size + 1]


def select_newer(
    tickets: QuerySet[QueueRow], cursor: Cursor | None, *, size: int, order: Order = LAST_CHANGE
) -> QuerySet[QueueRow]:
    """Select ``size`` + 1 tickets before a cursor, nearest first: in the reverse of the order.

    Without a cursor, these are the last ones.
    """
    if cursor is not None:
        tickets = tickets.filter(is_beyond(order, cursor, backwards=True))
    return order.sort(tickets, backwards=True)[: size + 1]


def is_beyond(
    order: Order, cursor: Cursor, *, backwards: bool = False, inclusive: bool = False
) -> Any:
    """Return the condition for rows after a cursor in the order, or before it.

    inclusive: include the row at the cursor. This compares whole rows, so an index scan starts
    right there: of many tickets without a deadline, none before the cursor is read.
    """
    is_less = order.is_descending != backwards
    if len(order.fields) == 1:
        lookup = ("lt" if is_less else "gt") + ("e" if inclusive else "")
        return Q((f"{order.fields[0]}__{lookup}", cursor.values[0]))
    fields = Tuple(*(F(field) for field in order.fields))
    return _LOOKUPS[is_less, inclusive](fields, cursor.values)
