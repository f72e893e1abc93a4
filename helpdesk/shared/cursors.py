"""Pages of tickets by the last row seen, so that page 400 costs what page 1 costs (performance.md, P2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Q, QuerySet

from helpdesk.shared.numbers import parse_number
from tickets.models import Ticket

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Order:
    """A total order of tickets: fields that all run the same way, the last of them unique; ``times`` are moments."""

    fields: tuple[str, ...]
    is_descending: bool = False
    times: frozenset[str] = frozenset({"updated_at", "due_at"})

    def sort(self, tickets: QuerySet[Ticket], *, backwards: bool = False) -> QuerySet[Ticket]:
        """The tickets in this order, or in its reverse."""
        sign = "-" if self.is_descending != backwards else ""
        return tickets.order_by(*(sign + field for field in self.fields))


LAST_CHANGE = Order(("updated_at", "id"), is_descending=True)


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in an ordered list, as the values of its fields; between two rows whatever comes or goes."""

    values: tuple[int | datetime, ...]

    def __str__(self) -> str:
        """Numbers joined by "-", moments as microseconds since 1970: for an address."""
        return "-".join(str(_to_number(value)) for value in self.values)

    @classmethod
    def read(cls, text: str, order: Order = LAST_CHANGE) -> Cursor | None:
        """The cursor that an address holds; None for none, or for nonsense."""
        numbers = [parse_number(part) for part in text.split("-")]
        if len(numbers) != len(order.fields):
            return None
        values = []
        for field, number in zip(order.fields, numbers, strict=True):
            value = _to_moment(number) if field in order.times else number
            if value is None:
                return None
            values.append(value)
        return cls(tuple(values))


def _to_number(value: int | datetime) -> int:
    return (value - EPOCH) // timedelta(microseconds=1) if isinstance(value, datetime) else value


def _to_moment(microseconds: int | None) -> datetime | None:
    if microseconds is None:
        return None
    try:
        return EPOCH + timedelta(microseconds=microseconds)
    except OverflowError:
        return None


def select_older(
    tickets: QuerySet[Ticket], cursor: Cursor | None, *, size: int, order: Order = LAST_CHANGE
) -> QuerySet[Ticket]:
    """A page of ``size`` and one more that follows a cursor in the order; from the top without one."""
    if cursor is not None:
        tickets = tickets.filter(
            *_beyond(order.fields, cursor.values, "lt" if order.is_descending else "gt")
        )
    return order.sort(tickets)[: size + 1]


def select_newer(
    tickets: QuerySet[Ticket], cursor: Cursor, *, size: int, order: Order = LAST_CHANGE
) -> QuerySet[Ticket]:
    """A page of ``size`` and one more that goes before a cursor, nearest first: in the reverse of the order."""
    before = _beyond(order.fields, cursor.values, "gt" if order.is_descending else "lt")
    return order.sort(tickets.filter(*before), backwards=True)[: size + 1]


def _beyond(fields: Sequence[str], values: Sequence[int | datetime], side: str) -> tuple[Q, Q]:
    """What lies beyond a place, field by field; and the first field's part of it again for the index, which starts
    from it."""
    first = Q((f"{fields[0]}__{side}e", values[0]))
    last = len(fields) - 1
    beyond = Q((f"{fields[last]}__{side}", values[last]))
    for field, value in list(zip(fields, values, strict=True))[:last][::-1]:
        beyond = Q((f"{field}__{side}", value)) | (Q((field, value)) & beyond)
    return beyond, first
