"""Bulk reads for data warehouses: what changed since a cursor, which is the ID of an event.

Every change records an event, so tickets and texts that changed are found by their events. IDs are
taken before they are committed: a feed ends at a horizon below which no transaction can be open
anymore, so that a reader misses nothing. The newest rows come a few minutes late.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from django.db.models import BigIntegerField, ExpressionWrapper, F, Func, Q, QuerySet, Sum, Value

from accounts.models import Account, Agent, Contact, Desk
from tickets.events import EventKind
from tickets.exchange.event_records import IMPORTED
from tickets.exchange.exporting import (
    describe_accounts,
    describe_agents,
    describe_contacts,
    describe_event,
    describe_messages,
    describe_notes,
    describe_tickets,
)
from tickets.exchange.records import Record
from tickets.models import Message, Note, Ticket, TicketEvent

# Longer than from the time of a change to its commit (CELERY_TASK_TIME_LIMIT), twice.
LAG = timedelta(minutes=5)
MAX_BYTES = 8 * 1024 * 1024  # of texts in a page, unless its first event names more
ROW_BYTES = 500  # of the rest of a row


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Rows of a feed. cursor: where to go on. has_more: rows after that are ready."""

    rows: tuple[Record, ...]
    cursor: int
    has_more: bool


@dataclass(frozen=True, slots=True)
class _Window:
    """The next events of a feed. after: the cursor before them."""

    events: list[TicketEvent]
    after: int
    has_more: bool

    def page(self, records: Iterable[Record]) -> FeedPage:
        """Return a page of rows about these events."""
        cursor = self.events[-1].pk if self.events else self.after
        return FeedPage(tuple(records), cursor, self.has_more)


@dataclass(frozen=True, slots=True)
class _Entries:
    """Messages or notes. one, many: how events name them. texts: their columns."""

    rows: QuerySet[Any]
    one: str
    many: str
    texts: tuple[str, ...]

    def find(self, events: Collection[TicketEvent]) -> QuerySet[Any]:
        """Return the entries that events name, and all of tickets that were imported."""
        ids = set(chain.from_iterable(map(self._list_named, events)))
        imported = {event.ticket_id for event in events if _is_import(event)}
        return self.rows.filter(Q(pk__in=ids) | Q(ticket_id__in=imported))

    def fit(self, window: _Window) -> _Window:
        """Cut a window before the texts exceed MAX_BYTES, but not before the first text."""
        of_entries, of_tickets = self._measure(window.events)
        total = 0
        for count, event in enumerate(window.events):
            added = sum(of_entries.pop(pk, 0) for pk in self._list_named(event))
            added += of_tickets.pop(event.ticket_id, 0) if _is_import(event) else 0
            if total and added and total + added > MAX_BYTES:
                return _Window(window.events[:count], window.after, has_more=True)
            total += added
        return window

    def _measure(self, events: Collection[TicketEvent]) -> tuple[dict[int, int], dict[int, int]]:
        """Return the bytes of the entries that events name, and of all of imported tickets."""
        columns = [Func(F(name), function="OCTET_LENGTH") for name in self.texts]
        size = sum(columns, Value(ROW_BYTES))
        rows = self.rows.annotate(size=ExpressionWrapper(size, BigIntegerField()))
        ids = set(chain.from_iterable(map(self._list_named, events)))
        imported = {event.ticket_id for event in events if _is_import(event)}
        tickets = rows.filter(ticket_id__in=imported).order_by().values("ticket_id")
        return (
            dict(rows.filter(pk__in=ids).values_list("pk", "size")),
            dict(tickets.annotate(total=Sum("size")).values_list("ticket_id", "total")),
        )

    def _list_named(self, event: TicketEvent) -> list[int]:
        named = [event.data.get(self.one), *(event.data.get(self.many) or ())]
        return [pk for pk in named if isinstance(pk, int)]


def read_events(desk: Desk, *, after: int, limit: int, at: datetime) -> FeedPage:
    """Return the events after a cursor, in their order."""
    window = _read_window(desk, after=after, limit=limit, at=at)
    return window.page(describe_event(event) for event in window.events)


def read_tickets(desk: Desk, *, after: int, limit: int, at: datetime) -> FeedPage:
    """Return the tickets that changed after a cursor, as they are now."""
    window = _read_window(desk, after=after, limit=limit, at=at)
    ids = {event.ticket_id for event in window.events}
    return window.page(describe_tickets(Ticket.objects.filter(desk=desk, pk__in=ids)))


def read_messages(desk: Desk, *, after: int, limit: int, at: datetime) -> FeedPage:
    """Return the messages that were written or changed after a cursor, as they are now."""
    texts = ("body_text", "body_html", "quoted_text")
    entries = _Entries(Message.objects.filter(desk=desk), "message", "messages", texts)
    window = entries.fit(_read_window(desk, after=after, limit=limit, at=at))
    return window.page(describe_messages(entries.find(window.events)))


def read_notes(desk: Desk, *, after: int, limit: int, at: datetime) -> FeedPage:
    """Return the notes that were written or changed after a cursor, as they are now."""
    entries = _Entries(Note.objects.filter(desk=desk), "note", "notes", ("body_text",))
    window = entries.fit(_read_window(desk, after=after, limit=limit, at=at))
    return window.page(describe_notes(entries.find(window.events)))


def read_contacts(desk: Desk, *, after: int, limit: int, at: datetime) -> FeedPage:
    """Return contacts by ID. A reader reads all of them each time."""
    return _read_by_id(Contact.objects.filter(desk=desk), describe_contacts, after, limit)


def read_accounts(desk: Desk, *, after: int, limit: int, at: datetime) -> FeedPage:
    """Return accounts by ID. A reader reads all of them each time."""
    return _read_by_id(Account.objects.filter(desk=desk), describe_accounts, after, limit)


def read_agents(desk: Desk, *, after: int, limit: int, at: datetime) -> FeedPage:
    """Return agents by ID. A reader reads all of them each time."""
    return _read_by_id(Agent.objects.filter(desk=desk), describe_agents, after, limit)


def find_horizon(desk: Desk, *, at: datetime) -> int:
    """Return the ID up to which all events of a desk are committed.

    It is that of an event whose change began before LAG: lower IDs were taken before that. Imported
    events have times of their own, which say nothing of when they were written.
    """
    written = TicketEvent.objects.filter(desk=desk, at__lte=at - LAG)
    settled = written.exclude(data__has_key=IMPORTED).order_by("-pk")
    return settled.values_list("pk", flat=True).first() or 0


def _read_window(desk: Desk, *, after: int, limit: int, at: datetime) -> _Window:
    """Return the next events."""
    horizon = find_horizon(desk, at=at)
    rows = TicketEvent.objects.filter(desk=desk, pk__gt=after, pk__lte=horizon).order_by("pk")
    events = list(rows[: limit + 1])
    return _Window(events[:limit], after, has_more=len(events) > limit)


def _is_import(event: TicketEvent) -> bool:
    return event.kind == EventKind.TICKET_IMPORTED


def _read_by_id(
    rows: Any, describe: Callable[[Any], Iterable[Record]], after: int, limit: int
) -> FeedPage:
    ids = list(rows.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[: limit + 1])
    has_more, ids = len(ids) > limit, ids[:limit]
    records = tuple(describe(rows.filter(pk__in=ids)))
    return FeedPage(records, ids[-1] if ids else after, has_more)
