"""Keyset pages of a customer's list of tickets."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from helpdesk.shared.cursors import Cursor, select_newer, select_older
from tickets.models import Ticket

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, newest first; older and newer are cursors of the adjacent pages, None at an end."""

    rows: list[Ticket]
    older: Cursor | None = None
    newer: Cursor | None = None


def get_page(
    tickets: QuerySet[Ticket], *, older: str = "", newer: str = "", size: int = PAGE_SIZE
) -> Page:
    """Return the page after a cursor (older), before one (newer), or the first. One query."""
    if cursor := Cursor.parse(newer):
        return _get_newer_page(tickets, cursor, size)
    start = Cursor.parse(older)
    rows = list(select_older(tickets, start, size=size))
    shown = rows[:size]
    return Page(
        shown,
        older=_cursor_of(shown[-1]) if len(rows) > size else None,
        newer=_cursor_of(shown[0]) if start and shown else None,
    )


def _get_newer_page(tickets: QuerySet[Ticket], cursor: Cursor, size: int) -> Page:
    rows = list(select_newer(tickets, cursor, size=size))
    shown = rows[:size][::-1]
    if not shown:
        return get_page(tickets, size=size)
    return Page(
        shown, older=_cursor_of(shown[-1]), newer=_cursor_of(shown[0]) if len(rows) > size else None
    )


def _cursor_of(ticket: Ticket) -> Cursor:
    return Cursor((ticket.updated_at, ticket.pk))
