"""The ASGI application of event streams, in front of Django.

Django handles the request for a stream like any other: desk, session, user, two-factor policy,
view. Then it is done. Only a page in the hub and one waiting task remain: no request, no thread, no
database connection. The view hands the page over in the request's scope.
"""

from __future__ import annotations

import asyncio
import re
import resource
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
from random import SystemRandom
from typing import Any

from django.conf import settings

from helpdesk.live import hub
from helpdesk.live.pages import Page
from helpdesk.shared.http.asgi import Application, Receive, Scope, Send
from helpdesk.stopping import stop

STREAM_PATH = re.compile(r"(?:/[^/]+)?/(?:agent|messenger/[^/]+)/stream/")
HANDOVER = "plumbline.live"  # key of the scope
MAX_WAITING = 1000  # streams that wait to be opened
MAX_WAIT = 20.0  # seconds; then the stream is refused
RETRY_AFTER = (15, 45)  # seconds; chosen at random, so that refused pages don't return together
SPARE_FILES = 512  # file descriptors reserved for everything else


class OpeningTimeoutError(Exception):
    """A stream waited too long to be opened: too many are waiting, or the database is slow."""


@asynccontextmanager
async def _take_turn(openings: asyncio.Semaphore) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(MAX_WAIT):
            await openings.acquire()
    except TimeoutError:
        raise OpeningTimeoutError from None
    try:
        yield
    finally:
        openings.release()


class Handover:
    """Where the view leaves the page of a request that may have a stream."""

    def __init__(self, known_changes: int) -> None:
        self.known_changes = known_changes  # of access, when Django began to check it
        self.page: Page | None = None


class LiveStreams:
    """Serve event streams, and pass every other request to the wrapped application."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self._max_streams = min(settings.MAX_STREAMS, raise_file_limit() - SPARE_FILES)
        stop.call(lambda: hub.hub.end_pages())  # the hub of then: tests have their own

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_stream = scope["type"] == "http" and scope["method"] == "GET"
        if not is_stream or not STREAM_PATH.fullmatch(scope["path"]):
            await self.application(scope, receive, send)
        elif self._is_full():
            await _refuse(send)
        else:
            await self._serve(scope, receive, send)

    def _is_full(self) -> bool:
        waiting = hub.hub.waiting
        return (
            stop.is_stopping
            or waiting >= MAX_WAITING
            or len(hub.hub.pages) + waiting >= self._max_streams
        )

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        page = None
        try:
            page = await self._open(scope, receive, send)
        except OpeningTimeoutError:
            await _refuse(send)
        if page is None:
            return
        here = hub.hub
        with here.open_page(page):
            await page.run(send, _wait_until_gone(receive), here.greet(page))
        farewell = page.farewell.encode()
        await send({"type": "http.response.body", "body": farewell, "more_body": False})

    async def _open(self, scope: Scope, receive: Receive, send: Send) -> Page | None:
        """Let Django respond. Return the page to keep open, or None for any other response."""
        here = hub.hub
        here.waiting += 1
        try:
            async with _take_turn(here.openings):
                handover = Handover(here.get_known_changes())
                begin = _Beginning(handover, send)
                await self.application(
                    {**scope, HANDOVER: handover}, _receive_once(receive), begin.send
                )
                return handover.page
        finally:
            here.waiting -= 1


class _Beginning:
    """Send Django's response, but don't finish it if there is a page to keep open.

    A page beyond those that its user may have open is refused instead.
    """

    def __init__(self, handover: Handover, send: Send) -> None:
        self.handover, self._send = handover, send
        self._is_refused = False

    async def send(self, message: Mapping[str, Any]) -> None:
        is_start = message["type"] == "http.response.start"
        if is_start and message["status"] != HTTPStatus.OK:
            self.handover.page = None
        page = self.handover.page
        if is_start and page is not None and hub.hub.has_too_many(page):
            self.handover.page, self._is_refused = None, True
            await _refuse(self._send)
        elif self._is_refused:
            return  # the body of the response that was refused
        elif page is None:
            await self._send(message)
        elif is_start:
            headers = [pair for pair in message["headers"] if pair[0].lower() != b"content-length"]
            await self._send({**message, "headers": headers})
        else:
            await self._send({**message, "more_body": True})


def _receive_once(receive: Receive) -> Receive:
    """Return a ``receive`` that blocks after the body: the stream detects disconnects itself."""
    is_read = False

    async def receive_body() -> Mapping[str, Any]:
        nonlocal is_read
        if is_read:
            await asyncio.Event().wait()
        message = await receive()
        is_read = not message.get("more_body", False)
        return message

    return receive_body


async def _wait_until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _refuse(send: Send) -> None:
    retry_after = str(SystemRandom().randint(*RETRY_AFTER)).encode()
    headers = [
        (b"retry-after", retry_after),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"content-security-policy", b"default-src 'none'"),
    ]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def raise_file_limit() -> int:
    """Raise the limit of open files as far as the system allows. Return the limit."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return limit if limit > 0 else settings.MAX_STREAMS + SPARE_FILES
