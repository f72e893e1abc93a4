"""Keyset pages of a customer's list of tickets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from django.db.models import QuerySet

from helpdesk.shared.cursors import LAST_CHANGE, Cursor, select_newer, select_older
from tickets.models import QueueRow

PAGE_SIZE = 20

Part = QuerySet[QueueRow]


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, newest first; older and newer are cursors of the adjacent pages, None at an end."""

    rows: list[QueueRow]
    older: Cursor | None = None
    newer: Cursor | None = None


def get_page(
    parts: Sequence[Part], *, older: str = "", newer: str = "", size: int = PAGE_SIZE
) -> Page:
    """Return the page after a cursor (older), before one (newer), or the first. One query.

    parts: see tickets.access.queue_parts_for_contact.
    """
    if cursor := Cursor.parse(newer):
        return _get_newer_page(parts, cursor, size)
    start = Cursor.parse(older)
    rows = _join(parts, partial(select_older, cursor=start, size=size))[: size + 1]
    shown = rows[:size]
    return Page(
        shown,
        older=_cursor_of(shown[-1]) if len(rows) > size else None,
        newer=_cursor_of(shown[0]) if start and shown else None,
    )


def _get_newer_page(parts: Sequence[Part], cursor: Cursor, size: int) -> Page:
    rows = _join(parts, partial(select_newer, cursor=cursor, size=size))
    shown = rows[-size:]
    if not shown:
        return get_page(parts, size=size)
    return Page(
        shown, older=_cursor_of(shown[-1]), newer=_cursor_of(shown[0]) if len(rows) > size else None
    )


def _join(parts: Sequence[Part], cut: Callable[[Part], Part]) -> list[QueueRow]:
    """Return the rows of all parts, each limited to a page: newest first, without repeats."""
    first, *others = (cut(part) for part in parts)
    found = {row.pk: row for row in first.union(*others, all=True)}
    return sorted(found.values(), key=_get_place, reverse=True)


def _get_place(row: QueueRow) -> tuple[object, ...]:
    return tuple(getattr(row, field) for field in LAST_CHANGE.fields)


def _cursor_of(row: QueueRow) -> Cursor:
    return Cursor((row.updated_at, row.pk))
