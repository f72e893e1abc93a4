"""Long polls of the API's feed of events, in front of Django.

Django answers the request like any other. If there is no event yet and the program wants to wait,
the answer is held back: only a waiting task remains, without a thread or a database connection.
When something changes at the desk, or the time is over, Django answers the request anew, so that
rights are those of then; but not more often than every AGAIN_SECONDS, however busy the desk is. To
the program, all of that is one request. Beyond MAX_POLLS of a process, programs are answered at
once.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

import redis
import redis.asyncio
from django.http import HttpRequest

from helpdesk.live.breaker import make_async_client
from helpdesk.live.pubsub import VERSION_KEY, read_version
from helpdesk.shared.http.asgi import Application, Receive, Scope, Send
from helpdesk.stopping import stop

FEED_PATH = re.compile(r"(?:/[^/]+)?/api/v1/events/")
HANDOVER = "plumbline.poll"  # key of the scope
MAX_POLLS = 200
LOOK_SECONDS = 0.5  # between looks at the desk's version, in Valkey
AGAIN_SECONDS = 2.0  # at least between two answers
BLIND_SECONDS = 5.0  # without Valkey


@dataclass
class Poll:
    """What a view leaves behind: the desk, its version before the view read the events, and the
    cursor to go on with. is_empty: True if there was nothing to answer with. is_behind: True if
    there were events that may be read only later.

    is_again: True if the request was answered before. usage: its count in the rate limit, if it was
    counted then.
    """

    desk_id: int = 0
    version: int = 0
    seconds: int = 0
    after: str = ""
    is_empty: bool = False
    is_behind: bool = False
    is_again: bool = False
    usage: Any = None


def get_poll(request: HttpRequest) -> Poll | None:
    """Return what is known of a request that may be held back, or None if this one isn't."""
    poll: Poll | None = getattr(request, "scope", {}).get(HANDOVER)
    return poll


def begin_poll(request: HttpRequest, desk_id: int, *, seconds: int) -> Poll | None:
    """Return where a view leaves its result, or None if the request isn't held back."""
    poll = get_poll(request)
    if poll is not None:
        poll.desk_id, poll.seconds, poll.version = desk_id, seconds, read_version(desk_id)
    return poll


class LongPolls:
    """Hold back empty answers of the feed, and pass every other request on."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.waiting = 0
        self._client: redis.asyncio.Redis | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_poll = scope["type"] == "http" and scope["method"] == "GET"
        is_poll = is_poll and b"wait=" in scope["query_string"]
        if not is_poll or not FEED_PATH.fullmatch(scope["path"]) or self.waiting >= MAX_POLLS:
            await self.application(scope, receive, send)
            return
        self.waiting += 1
        try:
            await self._serve(scope, receive, send)
        finally:
            self.waiting -= 1

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        gone = asyncio.create_task(_wait_until_gone(receive))
        try:
            await self._answer(scope, send, gone)
        finally:
            gone.cancel()

    async def _answer(self, scope: Scope, send: Send, gone: asyncio.Task[None]) -> None:
        until: float | None = None
        usage: Any = None
        while not gone.done():
            poll, held = Poll(is_again=until is not None, usage=usage), _Held()
            await self.application({**scope, HANDOVER: poll}, _make_receive(), held.send)
            until = time.monotonic() + poll.seconds if until is None else until
            usage = poll.usage
            if not poll.is_empty or time.monotonic() >= until or stop.is_stopping:
                for message in held.messages:
                    await send(message)
                return
            scope = {**scope, "query_string": _replace_cursor(scope["query_string"], poll.after)}
            await self._wait(poll, until, gone)

    async def _wait(self, poll: Poll, until: float, gone: asyncio.Task[None]) -> None:
        """Wait for a change at the desk, for the end of the time, or until the program leaves."""
        earliest, has_more = time.monotonic() + AGAIN_SECONDS, poll.is_behind
        while time.monotonic() < until and not gone.done() and not stop.is_stopping:
            left = until - time.monotonic()
            await asyncio.wait([gone], timeout=min(LOOK_SECONDS, left))
            if not has_more:
                version = await self._read_version(poll.desk_id)
                if version is None:
                    await asyncio.wait([gone], timeout=min(BLIND_SECONDS, left))
                    return
                has_more = version != poll.version
            if has_more and time.monotonic() >= earliest:
                return

    async def _read_version(self, desk_id: int) -> int | None:
        if self._client is None:
            self._client = make_async_client()
        try:
            return int(await self._client.get(f"{VERSION_KEY}{desk_id}") or 0)
        except (redis.RedisError, OSError):
            return None


class _Held:
    """The messages of a response that isn't sent yet."""

    def __init__(self) -> None:
        self.messages: list[Mapping[str, Any]] = []

    async def send(self, message: Mapping[str, Any]) -> None:
        self.messages.append(message)


def _make_receive() -> Receive:
    """Return the ``receive`` of a request without a body, whose client stays."""
    is_read = False

    async def receive() -> Mapping[str, Any]:
        nonlocal is_read
        if is_read:
            await asyncio.Event().wait()
        is_read = True
        return {"type": "http.request", "body": b"", "more_body": False}

    return receive


def _replace_cursor(query: bytes, after: str) -> bytes:
    """Return a query with another cursor: what was looked through isn't looked through again."""
    pairs = parse_qsl(query.decode("ascii", "replace"), keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if name != "after"]
    return urlencode([*kept, ("after", after)]).encode()


async def _wait_until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
