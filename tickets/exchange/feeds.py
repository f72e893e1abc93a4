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

from django.db.models import Q

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


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Rows of a feed. cursor: where to go on. has_more: rows after that are ready."""

    rows: tuple[Record, ...]
    cursor: int
    has_more: bool


def read_events(desk: Desk, *, after: int, limit: int, at: datetime) -> FeedPage:
    """Return the events after a cursor, in their order."""
    events, page = _read_window(desk, after=after, limit=limit, at=at)
    return page(describe_event(event) for event in events)


def read_tickets(desk: Desk, *, after: int, limit: int, at: datetime) -> FeedPage:
    """Return the tickets that changed after a cursor, as they are now."""
    events, page = _read_window(desk, after=after, limit=limit, at=at)
    ids = {event.ticket_id for event in events}
    return page(describe_tickets(Ticket.objects.filter(desk=desk, pk__in=ids)))


def read_messages(desk: Desk, *, after: int, limit: int, at: datetime) -> FeedPage:
    """Return the messages that were written or changed after a cursor, as they are now."""
    events, page = _read_window(desk, after=after, limit=limit, at=at)
    changed = _find_entries(events, "message", "messages")
    return page(describe_messages(Message.objects.filter(changed, desk=desk)))


def read_notes(desk: Desk, *, after: int, limit: int, at: datetime) -> FeedPage:
    """Return the notes that were written or changed after a cursor, as they are now."""
    events, page = _read_window(desk, after=after, limit=limit, at=at)
    changed = _find_entries(events, "note", "notes")
    return page(describe_notes(Note.objects.filter(changed, desk=desk)))


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


Pager = Callable[[Iterable[Record]], FeedPage]


def _read_window(
    desk: Desk, *, after: int, limit: int, at: datetime
) -> tuple[list[TicketEvent], Pager]:
    """Return the next events, and a function that makes a page of rows about them."""
    horizon = find_horizon(desk, at=at)
    rows = TicketEvent.objects.filter(desk=desk, pk__gt=after, pk__lte=horizon).order_by("pk")
    events = list(rows[: limit + 1])
    has_more, events = len(events) > limit, events[:limit]
    cursor = events[-1].pk if events else after

    def page(records: Iterable[Record]) -> FeedPage:
        return FeedPage(tuple(records), cursor, has_more)

    return events, page


def _find_entries(events: Collection[TicketEvent], one: str, many: str) -> Q:
    """Return a filter for the entries that events name, and all of tickets that were imported."""
    named = chain(
        (event.data.get(one) for event in events),
        *(event.data.get(many) or () for event in events),
    )
    ids = {pk for pk in named if isinstance(pk, int)}
    imported = {e.ticket_id for e in events if e.kind == EventKind.TICKET_IMPORTED}
    return Q(pk__in=ids) | Q(ticket_id__in=imported)


def _read_by_id(
    rows: Any, describe: Callable[[Any], Iterable[Record]], after: int, limit: int
) -> FeedPage:
    ids = list(rows.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[: limit + 1])
    has_more, ids = len(ids) > limit, ids[:limit]
    records = tuple(describe(rows.filter(pk__in=ids)))
    return FeedPage(records, ids[-1] if ids else after, has_more)
