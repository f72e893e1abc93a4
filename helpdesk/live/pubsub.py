"""Live pages: ticket changes go through Valkey pub/sub to every web process and its open pages.

A message on a desk's channel says which ticket changed and what decides who may see it. A page gets
the ticket's number alone and reloads its part through the ordinary views and permissions. A lost
message costs only freshness.

A message on the viewers channel names a ticket that agents open, leave or type on; only that
ticket's pages get it (helpdesk/live/viewers.py).

A message on the access channel names a desk, agent or user whose access may have changed; their
pages then check it in the database (helpdesk/live/access.py).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

import redis
import redis.asyncio
import structlog
from django.conf import settings

from helpdesk.shared.numbers import format_capped_count
from helpdesk.shared.quarantine import MAX_COUNTED
from tickets.events import EventKind
from tickets.models import Ticket, TicketEvent

log = structlog.get_logger(__name__)

CHANNEL = "plumbline:desk:"
ACCESS_CHANNEL = "plumbline:access"
VIEWERS_CHANNEL = "plumbline:viewers-at:"
MAX_BACKLOG = 100  # changes a slow page may lag behind before the oldest are dropped
RECONNECT_DELAY = 1.0  # seconds


class Held(NamedTuple):
    """The number of a desk's quarantined emails, as the sidebar shows it; "0" for none."""

    shown: str

    @classmethod
    def parse(cls, text: str) -> Held | None:
        """Return the count of a channel message "held 7"; None for another message."""
        name, _, shown = text.partition(" ")
        return cls(shown) if name == "held" else None

    def __str__(self) -> str:
        return f"held {self.shown}"


class Change(NamedTuple):
    """A ticket that changed, and what decides who may see it (tickets.visibility); 0 means none."""

    number: int
    department_id: int
    assignee_id: int

    @classmethod
    def of(cls, ticket: Ticket) -> Change:
        return cls(ticket.number, ticket.department_id or 0, ticket.assignee_id or 0)

    @classmethod
    def parse(cls, text: str) -> Change | None:
        """Return the change of a channel message; None for a message of another version."""
        parts = text.split()
        is_change = len(parts) == len(cls._fields) and all(map(str.isdecimal, parts))
        return cls(*map(int, parts)) if is_change else None

    def __str__(self) -> str:
        return " ".join(map(str, self))


class ViewersChanged(NamedTuple):
    """Agents opened or left a ticket, or are typing on it."""

    number: int


News = Change | Held | ViewersChanged


@cache
def _publisher() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)


def publish_events(events: Iterable[TicketEvent]) -> None:
    """Notify the desks' open pages of the tickets that events changed, once per ticket.

    Does nothing if Valkey is unavailable.
    """
    changes = {
        (event.desk_id, str(Change.of(event.ticket)))
        for event in events
        if event.kind not in COMPANIONS
    }
    for desk_id, change in sorted(changes):
        _send(f"{CHANNEL}{desk_id}", change)


def publish_held(desk_id: int, count: int) -> None:
    """Notify the desk's open pages of the number of quarantined emails."""
    _send(f"{CHANNEL}{desk_id}", str(Held(format_capped_count(count, MAX_COUNTED) or "0")))


def publish_access_change(whose: str) -> None:
    """Let open pages check their access. whose: "desk 1", "agent 2" or "user 3", by ID."""
    _send(ACCESS_CHANNEL, whose)


def _send(channel: str, text: str) -> None:
    try:
        _publisher().publish(channel, text)
    except redis.RedisError as error:
        log.warning("live_pages_not_notified", error=str(error))


# Events that accompany another one in the same transaction need no notification of their own.
COMPANIONS = {
    EventKind.SLA_STARTED,
    EventKind.SLA_REPLANNED,
    EventKind.SLA_STOPPED,
    EventKind.SLA_MET,
    EventKind.LEFT_UNASSIGNED,
}


class Page:
    """An open page: what happened since it last asked, and whose access it depends on.

    number: of the page's ticket; None for another page.
    """

    def __init__(self, names: frozenset[str], number: int | None = None) -> None:
        self.names, self.number = names, number
        self.changes: asyncio.Queue[News | None] = asyncio.Queue(MAX_BACKLOG)

    def add(self, change: News | None) -> None:
        """Add a change, or None to have access checked. A full queue drops its oldest change."""
        if self.changes.full() and self.changes.get_nowait() is None:
            change = None
        self.changes.put_nowait(change)


class Hub:
    """The subscription of a web process, shared by all its open pages (P15: 1,000 pages)."""

    def __init__(self) -> None:
        self.pages: defaultdict[int, set[Page]] = defaultdict(set)
        self.ticket_pages: defaultdict[tuple[int, int], set[Page]] = defaultdict(set)
        self.listening: asyncio.Task[None] | None = None

    @contextlib.contextmanager
    def open_page(
        self, desk_id: int, names: frozenset[str], number: int | None = None
    ) -> Iterator[Page]:
        """Return a page that gets the changes at one desk while it is open.

        number: of the page's ticket, to hear of its viewers too.
        """
        page = Page(names, number)
        self.pages[desk_id].add(page)
        if number is not None:
            self.ticket_pages[desk_id, number].add(page)
        if self.listening is None or self.listening.done():
            self.listening = asyncio.create_task(self._listen())
        try:
            yield page
        finally:
            self.pages[desk_id].discard(page)
            if number is not None:
                self._close_ticket_page((desk_id, number), page)

    def _close_ticket_page(self, key: tuple[int, int], page: Page) -> None:
        self.ticket_pages[key].discard(page)
        if not self.ticket_pages[key]:
            del self.ticket_pages[key]

    def wake(self, desk_id: int, number: int) -> None:
        """Let the open pages of a ticket look again at who is there."""
        for page in self.ticket_pages.get((desk_id, number), ()):
            page.add(ViewersChanged(number))

    async def _listen(self) -> None:
        while any(self.pages.values()):
            try:
                await self._relay()
            except (redis.RedisError, OSError) as error:
                log.warning("live_pages_lost_valkey", error=str(error))
                await asyncio.sleep(RECONNECT_DELAY)

    async def _relay(self) -> None:
        async with (
            redis.asyncio.Redis.from_url(settings.REDIS_URL) as client,
            client.pubsub() as pubsub,
        ):
            await pubsub.psubscribe(f"{CHANNEL}*", f"{VIEWERS_CHANNEL}*")
            await pubsub.subscribe(ACCESS_CHANNEL)
            while any(self.pages.values()):
                received = await pubsub.get_message(timeout=30)
                if received is not None:
                    self._receive(received)

    def _receive(self, received: dict[str, Any]) -> None:
        channel = received["channel"].decode()
        if received["type"] == "pmessage":
            self._distribute(channel, received["data"].decode())
        elif received["type"] == "message":
            self._check_access(received["data"].decode())
        elif received["type"] == "subscribe":
            self._check_access()  # messages were lost until now

    def _distribute(self, channel: str, text: str) -> None:
        if channel.startswith(VIEWERS_CHANNEL):
            self.wake(int(channel.removeprefix(VIEWERS_CHANNEL)), int(text))
            return
        if (change := Held.parse(text) or Change.parse(text)) is None:
            return
        for page in self.pages[int(channel.removeprefix(CHANNEL))]:
            page.add(change)

    def _check_access(self, whose: str = "") -> None:
        """Let the pages that depend on a desk, agent or user check their access, or all pages."""
        for page in chain.from_iterable(self.pages.values()):
            if not whose or whose in page.names:
                page.add(None)


hub = Hub()


async def iterate_changes(
    desk_id: int, *, names: frozenset[str], pause: float, number: int | None = None
) -> AsyncIterator[News | None]:
    """Yield a desk's changes as they arrive, and None when access is to be checked.

    That is after each ``pause`` seconds of silence, and when the access of one of ``names`` (see
    publish_access_change) may have changed. number: of a ticket, to hear of its viewers too.
    """
    with hub.open_page(desk_id, names, number) as page:
        while True:
            # Not asyncio.wait_for: before Python 3.12 it may swallow a cancellation.
            news: News | None = None
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    news = await page.changes.get()
            yield news
