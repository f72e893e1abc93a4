"""Live pages: ticket changes go through Valkey pub/sub to every web process and its open pages.

A message on a desk's channel says which ticket changed and what decides who may see it. A page gets
the ticket's number alone and reloads its part through the ordinary views and permissions. A lost
message costs only freshness.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from functools import cache
from typing import NamedTuple

import redis
import redis.asyncio
import structlog
from django.conf import settings

from tickets.events import EventKind, Followers
from tickets.models import Ticket, TicketEvent

log = structlog.get_logger(__name__)

CHANNEL = "plumbline:desk:"
MAX_BACKLOG = 100  # changes a slow page may lag behind before the oldest are dropped
RECONNECT_DELAY = 1.0  # seconds


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
        return cls(*map(int, parts)) if len(parts) == len(cls._fields) else None

    def __str__(self) -> str:
        return " ".join(map(str, self))


@cache
def _publisher() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)


def publish(event: TicketEvent) -> None:
    """Notify the desk's open pages that a ticket changed. Does nothing if Valkey is unavailable."""
    try:
        _publisher().publish(f"{CHANNEL}{event.desk_id}", str(Change.of(event.ticket)))
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
LATER: Followers = {kind: publish for kind in EventKind if kind not in COMPANIONS}


class Hub:
    """The subscription of a web process, shared by all its open pages (P15: 1,000 pages)."""

    def __init__(self) -> None:
        self.pages: defaultdict[int, set[asyncio.Queue[Change]]] = defaultdict(set)
        self.listening: asyncio.Task[None] | None = None

    @contextlib.contextmanager
    def open_page(self, desk_id: int) -> Iterator[asyncio.Queue[Change]]:
        """Return a queue of the changes at one desk while the page is open."""
        changes: asyncio.Queue[Change] = asyncio.Queue(MAX_BACKLOG)
        self.pages[desk_id].add(changes)
        if self.listening is None or self.listening.done():
            self.listening = asyncio.create_task(self._listen())
        try:
            yield changes
        finally:
            self.pages[desk_id].discard(changes)

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
            await pubsub.psubscribe(f"{CHANNEL}*")
            while any(self.pages.values()):
                received = await pubsub.get_message(ignore_subscribe_messages=True, timeout=30)
                if received is not None:
                    self._distribute(received["channel"].decode(), received["data"].decode())

    def _distribute(self, channel: str, text: str) -> None:
        if (change := Change.parse(text)) is None:
            return
        for changes in self.pages[int(channel.removeprefix(CHANNEL))]:
            if changes.full():
                changes.get_nowait()
            changes.put_nowait(change)


hub = Hub()


async def iterate_changes(desk_id: int, *, pause: float) -> AsyncIterator[Change | None]:
    """Yield a desk's changes as they arrive, and None after each ``pause`` seconds of silence."""
    with hub.open_page(desk_id) as changes:
        while True:
            try:
                yield await asyncio.wait_for(changes.get(), timeout=pause)
            except TimeoutError:
                yield None
