"""The feed: a desk's events in the order of their IDs, page by page, none skipped.

IDs are assigned before the commit, so a transaction may commit an ID below one already read.
A page therefore ends at an ID that is settled: every transaction that wrote events when it was the
newest one has ended. Transactions are short, so that takes some milliseconds; if one takes longer,
the cursor carries what the next request needs to know. Transactions of other databases of the
server, and those that write no events, delay nothing.
"""

from __future__ import annotations

import re
import time
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import BigIntegerField

from accounts.database.rows import fetch_prepared
from accounts.models import Agent
from accounts.tenancy import release_connection
from tickets.access import tickets_for_agent
from tickets.models import TicketEvent

WINDOW = 1000  # events of the desk that one page looks at, also those that the agent can't see
TRIES, PAUSE_SECONDS = 25, 0.02
_CURSOR = re.compile(r"(\d{1,19})(?:-(\d{1,19})-(\d{1,19}))?")

# A transaction that writes an event gets its own ID first (it locks the ticket's row), then a lock
# on the table, and only then an ID for the event. One that lacks either will therefore assign a
# newer ID. The own transaction is never among those in progress.
LOOK = """
SELECT pg_snapshot_xmax(s)::text::bigint AS upper,
  (
    SELECT min(x::text::bigint) FROM pg_snapshot_xip(s) x
    WHERE (x::text::bigint % 4294967296)::text IN (
      SELECT own.transactionid::text
      FROM pg_locks own JOIN pg_locks written USING (pid)
      WHERE own.locktype = 'transactionid' AND own.mode = 'ExclusiveLock'
        AND written.locktype = 'relation' AND written.mode = 'RowExclusiveLock'
        AND written.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND written.relation = 'tickets_ticketevent'::regclass
    )
  ) AS oldest,
  coalesce(
    (SELECT id FROM tickets_ticketevent WHERE desk_id = %(desk)s ORDER BY id DESC LIMIT 1), 0
  ) AS newest
FROM pg_current_snapshot() s
"""


class InvalidCursorError(ValueError):
    """The text isn't a cursor of this feed."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last event that was read; and an event that is settled once no transaction below
    ``upper`` is in progress, or already if that is 0.
    """

    after: int = 0
    newest: int = 0
    upper: int = 0

    def __str__(self) -> str:
        return f"{self.after}-{self.newest}-{self.upper}"


@dataclass(frozen=True, slots=True)
class Page:
    """Events of a page, oldest first. has_more: True if the next page isn't empty, probably."""

    events: list[TicketEvent]
    cursor: Cursor
    has_more: bool


def parse_cursor(text: str) -> Cursor:
    """Return a cursor, or one after an event's ID. Raises InvalidCursorError."""
    found = _CURSOR.fullmatch(text) if text.isascii() else None
    numbers = [int(number or 0) for number in found.groups()] if found else []
    if not numbers or max(numbers) > BigIntegerField.MAX_BIGINT:
        raise InvalidCursorError(text)
    return Cursor(*numbers)


def find_end(desk_id: int) -> Cursor:
    """Return a cursor after everything that has happened so far.

    While a long transaction keeps that from being known, it is the newest event that is committed:
    what that transaction has still to commit may count as having happened before.
    """
    settled, mark = _settle(desk_id, Cursor())
    return Cursor(settled or mark.newest, mark.newest, mark.upper)


def read_page(
    agent: Agent, cursor: Cursor, *, kinds: Collection[str], limit: int, waits: bool = True
) -> Page:
    """Return the events after a cursor of tickets that the agent may see. kinds: empty for all.

    waits: False not to wait until the newest ones are settled; the next page has them.
    """
    settled, mark = _settle(agent.desk_id, cursor, waits=waits)
    rows = TicketEvent.objects.filter(
        desk_id=agent.desk_id, pk__gt=cursor.after, pk__lte=settled
    ).order_by("pk")
    window = list(rows.values_list("pk", "ticket_id", "kind")[:WINDOW])
    visible = set(
        tickets_for_agent(agent)
        .filter(pk__in={ticket_id for _pk, ticket_id, _kind in window})
        .values_list("pk", flat=True)
    )
    fitting = [
        pk
        for pk, ticket_id, kind in window
        if ticket_id in visible and (not kinds or kind in kinds)
    ]
    picked = fitting[:limit]
    is_cut = len(fitting) > limit
    last = picked[-1] if is_cut else window[-1][0] if window else cursor.after
    if last < settled:
        mark = Cursor(newest=settled)
    events = TicketEvent.objects.filter(pk__in=picked).select_related("ticket").order_by("pk")
    return Page(
        list(events), Cursor(last, mark.newest, mark.upper), is_cut or len(window) == WINDOW
    )


def _settle(desk_id: int, cursor: Cursor, *, waits: bool = True) -> tuple[int, Cursor]:
    """Return the newest settled ID that is known, and a mark for the next request.

    The database connection is free for others in the meantime.
    """
    mark, oldest = _look(desk_id)
    is_known = not cursor.upper or _is_over(cursor.upper, oldest)
    known = cursor.newest if is_known else 0
    if known > cursor.after or mark.newest <= cursor.after:
        return known, mark
    for _ in range(TRIES if waits else 0):
        if _is_over(mark.upper, oldest):
            break
        release_connection()
        time.sleep(PAUSE_SECONDS)
        _now, oldest = _look(desk_id)
    return (mark.newest if _is_over(mark.upper, oldest) else known), mark


def _look(desk_id: int) -> tuple[Cursor, int | None]:
    [row] = fetch_prepared(LOOK, {"desk": desk_id})
    return Cursor(0, row["newest"], row["upper"]), row["oldest"]


def _is_over(upper: int, oldest: int | None) -> bool:
    """Return True if every transaction below ``upper`` has ended."""
    return oldest is None or oldest >= upper
