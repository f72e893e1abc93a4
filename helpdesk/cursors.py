"""Pages of tickets by the last row seen, so that page 400 costs what page 1 costs (performance.md, P2)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.db.models import Q, QuerySet

from helpdesk.numbers import read_number
from tickets.models import Ticket

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Cursor(NamedTuple):
    """A place in a list ordered by (updated_at, id), newest first; between two rows whatever comes or goes."""

    updated_at: datetime
    id: int

    def __str__(self) -> str:
        """Microseconds since 1970, and the id: for an address."""
        return f"{(self.updated_at - EPOCH) // timedelta(microseconds=1)}-{self.id}"

    @classmethod
    def read(cls, text: str) -> Cursor | None:
        """The cursor that an address holds; None for none, or for nonsense."""
        moment, _, row_id = text.partition("-")
        microseconds, at_id = read_number(moment), read_number(row_id)
        if microseconds is None or at_id is None:
            return None
        try:
            return cls(EPOCH + timedelta(microseconds=microseconds), at_id)
        except OverflowError:
            return None


def select_older(tickets: QuerySet[Ticket], cursor: Cursor | None, *, size: int) -> QuerySet[Ticket]:
    """A page of ``size`` and one more after a cursor, newest first; from the top without one."""
    ordered = tickets.order_by("-updated_at", "-id")
    if cursor is not None:
        # The second condition repeats the first for the index, which starts from it.
        earlier = Q(updated_at__lt=cursor.updated_at) | Q(updated_at=cursor.updated_at, pk__lt=cursor.id)
        ordered = ordered.filter(earlier, updated_at__lte=cursor.updated_at)
    return ordered[: size + 1]


def select_newer(tickets: QuerySet[Ticket], cursor: Cursor, *, size: int) -> QuerySet[Ticket]:
    """A page of ``size`` and one more before a cursor, oldest first."""
    later = Q(updated_at__gt=cursor.updated_at) | Q(updated_at=cursor.updated_at, pk__gt=cursor.id)
    newer = tickets.filter(later, updated_at__gte=cursor.updated_at)
    return newer.order_by("updated_at", "id")[: size + 1]
