"""Pages of a list by the last row seen, so that page 400 costs what page 1 costs (performance.md, P2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Q, QuerySet

from tickets.models import Ticket

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SIZE = 20


@dataclass(frozen=True, slots=True)
class Page:
    """Rows newest first; older and newer are cursors for the links, "" at an end."""

    rows: list[Ticket]
    older: str = ""
    newer: str = ""


def make_cursor(ticket: Ticket) -> str:
    """Where a ticket stands in the order: microseconds since 1970, and its id."""
    return f"{(ticket.updated_at - EPOCH) // timedelta(microseconds=1)}-{ticket.pk}"


def read_cursor(text: str) -> tuple[datetime, int] | None:
    """The place that a cursor names; None for none or for nonsense."""
    moment, _, pk = text.partition("-")
    if not (moment.isascii() and moment.isdigit() and pk.isascii() and pk.isdigit() and len(text) < 40):
        return None
    try:
        return EPOCH + timedelta(microseconds=int(moment)), int(pk)
    except OverflowError:
        return None


def read_page(tickets: QuerySet[Ticket], *, older: str = "", newer: str = "", size: int = SIZE) -> Page:
    """The page that follows a cursor downwards (older) or upwards (newer), or the first. One query."""
    if place := read_cursor(newer):
        return _read_upwards(tickets, place, size)
    start = read_cursor(older)
    rows = list(_ordered(tickets.filter(_below(*start)) if start else tickets)[: size + 1])
    shown = rows[:size]
    return Page(
        shown,
        older=make_cursor(shown[-1]) if len(rows) > size else "",
        newer=make_cursor(shown[0]) if start and shown else "",
    )


def _read_upwards(tickets: QuerySet[Ticket], place: tuple[datetime, int], size: int) -> Page:
    at, pk = place
    above = tickets.filter(Q(updated_at__gt=at) | Q(updated_at=at, pk__gt=pk))
    rows = list(above.order_by("updated_at", "pk")[: size + 1])
    shown = rows[:size][::-1]
    if not shown:
        return read_page(tickets, size=size)
    return Page(shown, older=make_cursor(shown[-1]), newer=make_cursor(shown[0]) if len(rows) > size else "")


def _below(at: datetime, pk: int) -> Q:
    return Q(updated_at__lt=at) | Q(updated_at=at, pk__lt=pk)


def _ordered(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    return tickets.order_by("-updated_at", "-pk")
