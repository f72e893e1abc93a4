"""Event streams within the test process, through the web server's application."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import redis
import redis.asyncio
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connections
from django.test import AsyncClient

from helpdesk.asgi import application
from helpdesk.live import pubsub
from tests.cast import Cast


class Stream:
    """A response of the application, whose body may never end: an iterator of events."""

    def __init__(self, scope: dict[str, Any]) -> None:
        self.status_code, self.headers = 0, dict[str, str]()
        self.hellos: list[str] = []
        self._sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._left = asyncio.Event()
        self._is_read = False
        self.serving = asyncio.create_task(application(scope, self._receive, self._sent.put))
        self.streaming_content = self._iterate()

    async def start(self) -> None:
        """Wait for the status."""
        getting = asyncio.ensure_future(self._sent.get())
        await asyncio.wait([getting, self.serving], return_when=asyncio.FIRST_COMPLETED)
        if not getting.done():
            await self.serving  # raises
        message = await getting
        self.status_code = message["status"]
        self.headers = {name.decode().lower(): value.decode() for name, value in message["headers"]}

    @property
    def streaming(self) -> bool:
        """True for an event stream."""
        return self.headers.get("content-type", "").startswith("text/event-stream")

    async def aclose(self) -> None:
        """Disconnect like a browser, and wait until the application notices."""
        self._left.set()
        await asyncio.wait_for(self.serving, 10)

    async def _receive(self) -> dict[str, Any]:
        if not self._is_read:
            self._is_read = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def _iterate(self) -> AsyncIterator[bytes]:
        while True:
            message = await self._sent.get()
            for event in message.get("body", b"").split(b"\n\n")[:-1]:
                if b"event: hello" in event:
                    self.hellos.append(event.decode())
                else:
                    yield event + b"\n\n"
            if not message.get("more_body"):
                return


async def open_stream(
    client: AsyncClient, url: str, method: str = "GET", authorization: str = ""
) -> Stream:
    """Request a URL with the client's cookies and return the response once it has begun."""
    path, _, query = url.partition("?")
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    stream = Stream(
        {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [
                (b"host", b"testserver"),
                (b"cookie", cookies.encode()),
                (b"authorization", authorization.encode()),
            ],
            "client": ("127.0.0.1", 1),
            "server": ("testserver", 80),
        }
    )
    await stream.start()
    return stream


def listening(
    cast: Cast, who: str, work: Callable[[Stream], Awaitable[Any]], query: str = ""
) -> Any:
    """Open the stream as a person of the desk and run ``work`` with the response."""

    async def run() -> Any:
        client = AsyncClient()
        await client.aforce_login(getattr(cast, who).user)
        stream = await open_stream(client, f"/{cast.desk.slug}/agent/stream/{query}")
        try:
            return await work(stream)
        finally:
            await stream.aclose()
            await sync_to_async(connections.close_all)()

    return asyncio.run(run())


async def until_subscribed() -> None:
    """Wait until the hub is subscribed and has therefore checked its pages."""
    client = redis.asyncio.Redis.from_url(settings.REDIS_URL)
    while not await client.pubsub_numpat():
        await asyncio.sleep(0)
    await client.aclose()


def publish(desk_id: int, line: object) -> None:
    """Publish a message on a desk's channel."""
    pubsub.publish_lines({desk_id: [str(line)]})


async def events(lines: AsyncIterator[bytes], amount: int, kind: str = "ticket") -> list[str]:
    """Return the data of the next events of a kind."""
    heard: list[str] = []
    while len(heard) < amount:
        text = (await asyncio.wait_for(anext(lines), 5)).decode()
        fields = dict(line.split(": ", 1) for line in text.split("\n") if ": " in line)
        heard += [fields["data"]] if fields.get("event") == kind else []
    return heard
