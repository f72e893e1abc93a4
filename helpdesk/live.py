"""Live pages: events go over Valkey's pub/sub to every web process, and from there to the open pages.

A line on the channel of a desk says only which ticket changed; each page asks for its part again through the
ordinary views, with the ordinary rights. A line that is lost costs nothing but freshness.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from functools import cache

import redis
import redis.asyncio
import structlog
from django.conf import settings

from tickets.log import Followers, Kind
from tickets.models import TicketEvent

log = structlog.get_logger(__name__)

CHANNEL = "plumbline:desk:"
BACKLOG = 100  # lines that a slow page may lag behind before the oldest are dropped
RECONNECT_AFTER = 1.0  # seconds


@cache
def _publisher() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)


def publish(event: TicketEvent) -> None:
    """Tell the open pages of the desk that a ticket changed. With Valkey away nothing is told, and nothing lost."""
    try:
        _publisher().publish(f"{CHANNEL}{event.desk_id}", str(event.ticket.number))
    except redis.RedisError as error:
        log.warning("live_page_not_told", error=str(error))


# What comes along with another change in the same transaction need not be told once more.
COMPANIONS = {Kind.SLA_STARTED, Kind.SLA_REPLANNED, Kind.SLA_MET, Kind.UNPLACED}
LATER: Followers = {kind: publish for kind in Kind if kind not in COMPANIONS}


class Hub:
    """One subscription per web process, shared by all its open pages: 1,000 pages are one connection (P15)."""

    def __init__(self) -> None:
        self.pages: defaultdict[int, set[asyncio.Queue[str]]] = defaultdict(set)
        self.listening: asyncio.Task[None] | None = None

    @contextlib.contextmanager
    def open_page(self, desk_id: int) -> Iterator[asyncio.Queue[str]]:
        """A queue of ticket numbers of one desk, for as long as the page is open."""
        lines: asyncio.Queue[str] = asyncio.Queue(BACKLOG)
        self.pages[desk_id].add(lines)
        if self.listening is None or self.listening.done():
            self.listening = asyncio.create_task(self._listen())
        try:
            yield lines
        finally:
            self.pages[desk_id].discard(lines)

    async def _listen(self) -> None:
        while any(self.pages.values()):
            try:
                await self._relay()
            except (redis.RedisError, OSError) as error:
                log.warning("live_pages_lost_valkey", error=str(error))
                await asyncio.sleep(RECONNECT_AFTER)

    async def _relay(self) -> None:
        async with redis.asyncio.Redis.from_url(settings.REDIS_URL) as client, client.pubsub() as pubsub:
            await pubsub.psubscribe(f"{CHANNEL}*")
            while any(self.pages.values()):
                told = await pubsub.get_message(ignore_subscribe_messages=True, timeout=30)
                if told is not None:
                    self._spread(told["channel"].decode(), told["data"].decode())

    def _spread(self, channel: str, line: str) -> None:
        for lines in self.pages[int(channel.removeprefix(CHANNEL))]:
            if lines.full():
                lines.get_nowait()
            lines.put_nowait(line)


hub = Hub()


async def lines_of(desk_id: int, *, pause: float) -> AsyncIterator[str | None]:
    """The numbers of changed tickets as they come; None after each ``pause`` seconds of silence."""
    with hub.open_page(desk_id) as lines:
        while True:
            try:
                yield await asyncio.wait_for(lines.get(), timeout=pause)
            except TimeoutError:
                yield None
