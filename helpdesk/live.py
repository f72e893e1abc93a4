"""Live pages: events go over Valkey's pub/sub to every web process, and from there to the open pages.

A line on the channel of a desk says which ticket changed and who may know it; a page is told the number alone, and
asks for its part again through the ordinary views, with the ordinary rights. A line that is lost costs nothing but
freshness.
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
BACKLOG = 100  # lines that a slow page may lag behind before the oldest are dropped
RECONNECT_AFTER = 1.0  # seconds


class Change(NamedTuple):
    """A ticket that changed, and what decides who may see it (tickets/access.py, can_see_ticket); 0 stands for none."""

    number: int
    department_id: int
    assignee_id: int

    @classmethod
    def of(cls, ticket: Ticket) -> Change:
        return cls(ticket.number, ticket.department_id or 0, ticket.assignee_id or 0)

    @classmethod
    def read(cls, line: str) -> Change | None:
        """The change that a line of the channel tells; None for a line of another version."""
        parts = line.split()
        return cls(*map(int, parts)) if len(parts) == len(cls._fields) else None

    def __str__(self) -> str:
        return " ".join(map(str, self))


@cache
def _publisher() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)


def publish(event: TicketEvent) -> None:
    """Tell the open pages of the desk that a ticket changed. With Valkey away nothing is told, and nothing lost."""
    try:
        _publisher().publish(f"{CHANNEL}{event.desk_id}", str(Change.of(event.ticket)))
    except redis.RedisError as error:
        log.warning("live_page_not_told", error=str(error))


# What comes along with another change in the same transaction need not be told once more.
COMPANIONS = {
    EventKind.SLA_STARTED,
    EventKind.SLA_REPLANNED,
    EventKind.SLA_MET,
    EventKind.LEFT_UNASSIGNED,
}
LATER: Followers = {kind: publish for kind in EventKind if kind not in COMPANIONS}


class Hub:
    """One subscription per web process, shared by all its open pages: 1,000 pages are one connection (P15)."""

    def __init__(self) -> None:
        self.pages: defaultdict[int, set[asyncio.Queue[Change]]] = defaultdict(set)
        self.listening: asyncio.Task[None] | None = None

    @contextlib.contextmanager
    def open_page(self, desk_id: int) -> Iterator[asyncio.Queue[Change]]:
        """A queue of the changes at one desk, for as long as the page is open."""
        changes: asyncio.Queue[Change] = asyncio.Queue(BACKLOG)
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
                await asyncio.sleep(RECONNECT_AFTER)

    async def _relay(self) -> None:
        async with (
            redis.asyncio.Redis.from_url(settings.REDIS_URL) as client,
            client.pubsub() as pubsub,
        ):
            await pubsub.psubscribe(f"{CHANNEL}*")
            while any(self.pages.values()):
                told = await pubsub.get_message(ignore_subscribe_messages=True, timeout=30)
                if told is not None:
                    self._spread(told["channel"].decode(), told["data"].decode())

    def _spread(self, channel: str, line: str) -> None:
        if (change := Change.read(line)) is None:
            return
        for changes in self.pages[int(channel.removeprefix(CHANNEL))]:
            if changes.full():
                changes.get_nowait()
            changes.put_nowait(change)


hub = Hub()


async def changes_of(desk_id: int, *, pause: float) -> AsyncIterator[Change | None]:
    """The changes at a desk as they come; None after each ``pause`` seconds of silence."""
    with hub.open_page(desk_id) as changes:
        while True:
            try:
                yield await asyncio.wait_for(changes.get(), timeout=pause)
            except TimeoutError:
                yield None
