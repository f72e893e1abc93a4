"""Pages of a customer's list of tickets."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from helpdesk.shared.cursors import Cursor, select_newer, select_older
from tickets.models import Ticket

SIZE = 20


@dataclass(frozen=True, slots=True)
class Page:
    """Rows newest first; older and newer are the cursors of the pages beside it, or None at an end."""

    rows: list[Ticket]
    older: Cursor | None = None
    newer: Cursor | None = None


def get_page(
    tickets: QuerySet[Ticket], *, older: str = "", newer: str = "", size: int = SIZE
) -> Page:
    """The page that follows a cursor downwards (older) or upwards (newer), or the first. One query."""
    if place := Cursor.read(newer):
        return _read_upwards(tickets, place, size)
    start = Cursor.read(older)
    rows = list(select_older(tickets, start, size=size))
    shown = rows[:size]
    return Page(
        shown,
        older=_at(shown[-1]) if len(rows) > size else None,
        newer=_at(shown[0]) if start and shown else None,
    )


def _read_upwards(tickets: QuerySet[Ticket], place: Cursor, size: int) -> Page:
    rows = list(select_newer(tickets, place, size=size))
    shown = rows[:size][::-1]
    if not shown:
        return get_page(tickets, size=size)
    return Page(shown, older=_at(shown[-1]), newer=_at(shown[0]) if len(rows) > size else None)


def _at(ticket: Ticket) -> Cursor:
    return Cursor((ticket.updated_at, ticket.pk))
