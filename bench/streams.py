"""Event streams of open pages: how many, how soon they hear, and what they cost (P15).

BENCH_STREAMS streams (default 2,000) of one desk's queue on one web process, while changes are
published and other pages are requested.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import random
import socket
import statistics
import time
from collections.abc import Callable
from multiprocessing.pool import Pool
from types import TracebackType

from bench.ready import SERVERS

# isort: split
from django.db import connection

from accounts.models import Desk
from accounts.tenancy import desk_scope
from bench.client import Client, Page, sign_in
from bench.cpu import get_cpu_seconds
from bench.goals import Report
from bench.world import find_agent
from tickets.models import State, Ticket

AMOUNT = int(os.environ.get("BENCH_STREAMS", "2000"))
RETRY_SECONDS = (1.0, 5.0)
CHANGES, ROUNDS, IDLE_SECONDS = 20, 40, 20
STREAM, API, OTHER_QUEUE = "/bench1/agent/stream/", "/bench1/api/v1/tickets/", "/bench2/agent/"


class EventStream:
    """One open stream, read line by line."""

    def __init__(self, port: int, path: str, cookie: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.sendall(make_request(path, cookie))
        self.lines = self.socket.makefile("rb")
        self.wait_for(": open")

    def wait_for(self, text: str) -> float:
        """Read until a line starts so. Return its time. Raise SystemExit if the stream ends."""
        for line in self.lines:
            if line.decode().strip().startswith(text):
                return time.monotonic()
        raise SystemExit(f"The stream ended before {text!r}.")

    def __enter__(self) -> EventStream:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.socket.close()


def make_request(path: str, cookie: str) -> bytes:
    """Return a request for a stream, as HTTP/1.1 sends it."""
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n"
    return f"{head}Cookie: {cookie}\r\n\r\n".encode()


def run(report: Report) -> None:
    """Open the streams, measure and report."""
    SERVERS.serve()
    cookies = sign_in(find_agent().user), sign_in(find_agent("bench2").user)
    connection.close()
    connection.close_pool()  # a forked process must not share it
    # In processes of their own: this one is busy with reading the streams.
    with multiprocessing.get_context("fork").Pool(2) as pool:
        asyncio.run(_measure(report, *cookies, pool))


class Crowd:
    """Many open streams. heard: per ticket number, when each of them heard about it."""

    def __init__(self) -> None:
        self.heard: dict[int, list[float]] = {}
        self.open = 0
        self.tasks: list[asyncio.Task[None]] = []

    def start(self, amount: int, cookie: str) -> None:
        self.tasks = [asyncio.create_task(self._listen(cookie)) for _ in range(amount)]

    async def _listen(self, cookie: str) -> None:
        """Keep a stream open. One that the server refuses is asked for again later, as by pages."""
        while not await self._read_stream(cookie):
            await asyncio.sleep(random.uniform(*RETRY_SECONDS))

    async def _read_stream(self, cookie: str) -> bool:
        """Read a stream to its end. Return False if the server refused it."""
        reader, writer = await asyncio.open_connection("127.0.0.1", SERVERS.port)
        writer.write(make_request(STREAM, cookie))
        is_open = False
        try:
            async for line in reader:
                if line.startswith(b": open"):
                    is_open, self.open = True, self.open + 1
                if line.startswith(b"data: ") and (number := line[6:].strip()).isdigit():
                    self.heard.setdefault(int(number), []).append(time.monotonic())
                if not is_open and line.startswith(b"HTTP/1.1 503"):
                    return False
        finally:
            self.open -= is_open
            writer.close()
        return True


async def _measure(report: Report, cookie: str, other: str, pool: Pool) -> None:
    alone = await asyncio.to_thread(pool.apply, _time_pages, (other,))
    crowd = Crowd()
    crowd.start(AMOUNT, cookie)
    await _wait_until(lambda: crowd.open >= AMOUNT)
    await asyncio.sleep(2)
    begin, cpu = time.monotonic(), get_cpu_seconds()
    await asyncio.sleep(IDLE_SECONDS)
    idle = (get_cpu_seconds() - cpu) / (time.monotonic() - begin) * 100
    report.add("streams.idle", idle, f"{AMOUNT:,} streams")
    changes = asyncio.create_task(asyncio.to_thread(pool.apply, _make_changes, (cookie,)))
    beside = await asyncio.to_thread(pool.apply, _time_pages, (other,))
    made = await changes
    await asyncio.sleep(2)
    slowest = max(max(crowd.heard[number]) - at for number, at in made)
    missed = sum(AMOUNT - len(crowd.heard[number]) for number, _ in made)
    report.add("streams.heard", slowest, f"{crowd.open:,} of {AMOUNT:,} open, {missed} not heard")
    report.add("streams.pages", beside / alone, f"{AMOUNT:,} streams, {CHANGES} changes meanwhile")
    for task in crowd.tasks:
        task.cancel()
    await asyncio.gather(*crowd.tasks, return_exceptions=True)


async def _wait_until(check: Callable[[], bool]) -> None:
    async with asyncio.timeout(120):
        while not check():
            await asyncio.sleep(0.1)


def _time_pages(cookie: str) -> float:
    """Return the median milliseconds of another desk's queue. cookie: of an agent there."""
    client, page = Client(SERVERS.port), Page("queue", OTHER_QUEUE, cookie)
    client.request(page)
    times = []
    for _ in range(ROUNDS):
        times.append(client.request(page).milliseconds)
        time.sleep(0.1)
    return statistics.median(times)


def _make_changes(cookie: str) -> list[tuple[int, float]]:
    """Reply on different tickets; return each number and when the request began."""
    with desk_scope(Desk.objects.get(slug="bench1")):
        numbers = list(
            Ticket.objects.filter(status=State.OPEN)
            .order_by("-pk")
            .values_list("number", flat=True)
        )[10 : 10 + CHANGES]
    client, made = Client(SERVERS.port), []
    for number in numbers:
        path = f"{API}{number}/messages/"
        page = Page("reply", path, cookie, body={"text": "We look into it."}, expected=201)
        made.append((number, time.monotonic()))
        client.request(page)
        time.sleep(0.2)
    return made
