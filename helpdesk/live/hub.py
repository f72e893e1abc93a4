"""The hub of a web process: one subscription and one checker for all its open pages."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from random import SystemRandom
from typing import Any, TypeVar

import redis
import redis.asyncio
import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError

from accounts.database.database_errors import log_database_error
from helpdesk.live.breaker import make_async_client
from helpdesk.live.checks import find_access, read_stamps
from helpdesk.live.history import History, catch_up
from helpdesk.live.load import Load
from helpdesk.live.messages import Change, DefectChange, Held, IncomingCall
from helpdesk.live.pages import Page
from helpdesk.live.pubsub import (
    ACCESS_CHANNEL,
    CHANNEL,
    VERSION_KEY,
    VIEWERS_CHANNEL,
    read_version,
)
from helpdesk.metrics.process import record_streams
from helpdesk.stopping import stop

log = structlog.get_logger(__name__)
spread = SystemRandom().uniform

HEARTBEAT = 20.0  # seconds between access checks of a page, and between keep-alive lines
RULES_INTERVAL = 1800.0  # seconds; then the access rules run even if the stamp is unchanged
TICK = 1.0  # seconds; pages that become due within it are checked together
RETRY_INTERVAL = 5.0  # seconds until failed checks are repeated
RECONNECT_DELAY = 1.0  # seconds
WAIT_FOR_MESSAGE = 5.0  # seconds; then the listener sees whether it was cancelled
OPENING_AT_ONCE = 2  # streams; more would take database connections away from pages
RECONNECTS = 100  # streams per second that should reconnect to a process
MIN_RETRY, MAX_RETRY = 1000, 30_000  # milliseconds
REFRESHES = 40  # reloads of lists per second and process, at most
MISSED = "event: missed\ndata:\n\n"
YIELD_AFTER = 100  # pages notified before other work gets a turn

Key = TypeVar("Key")


class Hub:
    """The open pages of a web process."""

    def __init__(self) -> None:
        self.pages: set[Page] = set()
        self.waiting = 0  # streams that are not open yet
        self.openings = asyncio.Semaphore(OPENING_AT_ONCE)
        self._access_changes = 0  # received so far
        self._is_subscribed = False
        self._lists: defaultdict[int, set[Page]] = defaultdict(set)
        self._by_number: defaultdict[tuple[int, int], set[Page]] = defaultdict(set)
        self._by_name: defaultdict[str, set[Page]] = defaultdict(set)
        self._versions: dict[int, int] = {}
        self._history = History()
        self._load = Load()
        self._tasks: list[asyncio.Task[None]] = []
        self._is_urgent = asyncio.Event()
        self._client: redis.asyncio.Redis | None = None
        # One thread, so that checks never take more than one connection.
        self._thread = ThreadPoolExecutor(1, "live-checks")

    @contextlib.contextmanager
    def open_page(self, page: Page) -> Iterator[None]:
        """Notify a page of changes at its desk while the block runs."""
        places = list(self._list_places(page))
        page.is_fresh = page.known_changes == self.get_known_changes() >= 0
        self.pages.add(page)
        record_streams(len(self.pages))
        for pages in places:
            pages.add(page)
        self._start()
        self._is_urgent.set()  # it is checked for the first time
        try:
            yield
        finally:
            self.pages.discard(page)
            record_streams(len(self.pages))
            for pages in self._list_places(page):
                pages.discard(page)
            self._forget_empty(page)

    def has_too_many(self, page: Page) -> bool:
        """Return True if the user of a page that opens has as many open as one may have."""
        mine = self._by_name.get(f"user {page.user_id}", ())
        return len(mine) >= settings.MAX_STREAMS_PER_USER

    def get_known_changes(self) -> int:
        """Return how many access changes the hub has received, or -1 while it isn't subscribed."""
        return self._access_changes if self._is_subscribed else -1

    async def greet(self, page: Page) -> None:
        """Send a page its desk's version, its reconnection delay and what it missed."""
        version = await self.get_version(page.reader.desk_id)
        if stop.is_stopping:
            page.end()
        missed = "" if catch_up(page, self._history, version=version) else MISSED
        page.greet(f"{self._build_retry()}event: hello\ndata: {version}\n\n{missed}")

    def end_pages(self) -> None:
        """End all streams, because the process stops. The pages reconnect, spread over time."""
        for page in tuple(self.pages):
            page.farewell = f"{self._build_retry()}\n"
            page.end()

    def _build_retry(self) -> str:
        # The page waits up to twice as long.
        return f"retry: {min(max(500 * len(self.pages) // RECONNECTS, MIN_RETRY), MAX_RETRY)}\n"

    def _list_places(self, page: Page) -> Iterator[set[Page]]:
        desk_id = page.reader.desk_id
        if page.interest.numbers is None:
            yield self._lists[desk_id]
        else:
            for number in page.interest.numbers:
                yield self._by_number[desk_id, number]
        for name in page.names:
            yield self._by_name[name]

    def _forget_empty(self, page: Page) -> None:
        desk_id = page.reader.desk_id
        _drop_empty(self._lists, [desk_id])
        _drop_empty(self._by_name, page.names)
        numbers = page.interest.numbers or ()
        _drop_empty(self._by_number, [(desk_id, number) for number in numbers])

    # --- The tasks of the process ---------------------------------------------------------------

    def _start(self) -> None:
        if any(not task.done() for task in self._tasks):
            return
        self._is_urgent, self._client = asyncio.Event(), None
        self._tasks = [
            asyncio.create_task(self._listen()),
            asyncio.create_task(self._check_all()),
        ]
        for task in self._tasks:
            task.add_done_callback(self._end_if_failed)

    def _end_if_failed(self, task: asyncio.Task[None]) -> None:
        """Close all pages if a task crashed, because no page may stay open unchecked."""
        if not task.cancelled() and task.exception():
            log.error("live_pages_failed", exc_info=task.exception())
            for other in self._tasks:
                other.cancel()
            for page in self.pages:
                page.end()

    # --- Messages -------------------------------------------------------------------------------

    async def _listen(self) -> None:
        while not _is_cancelled():
            try:
                await self._relay()
            except (redis.RedisError, OSError) as error:
                self._is_subscribed = False
                log.warning("live_pages_lost_valkey", error=str(error))
                await asyncio.sleep(RECONNECT_DELAY)

    async def _relay(self) -> None:
        async with (
            redis.asyncio.Redis.from_url(settings.REDIS_URL) as client,
            client.pubsub() as pubsub,
        ):
            await pubsub.psubscribe(f"{CHANNEL}*", f"{VIEWERS_CHANNEL}*")
            await pubsub.subscribe(ACCESS_CHANNEL)
            while not _is_cancelled():
                received = await pubsub.get_message(timeout=WAIT_FOR_MESSAGE)
                if received is not None:
                    await self._receive(received)

    async def _receive(self, received: dict[str, Any]) -> None:
        channel = received["channel"].decode()
        if received["type"] == "pmessage":
            await self._distribute(channel, received["data"].decode())
        elif received["type"] == "message":
            self._suspect(received["data"].decode())
        elif received["type"] == "subscribe":
            self._is_subscribed = True
            self._versions.clear()
            self._history.forget()
            self._suspect()  # messages were lost while it was disconnected

    async def _distribute(self, channel: str, message: str) -> None:
        if channel.startswith(VIEWERS_CHANNEL):
            self.wake(int(channel.removeprefix(VIEWERS_CHANNEL)), int(message))
            return
        desk_id, (version, _, text) = int(channel.removeprefix(CHANNEL)), message.partition(" ")
        if not version.isdecimal():
            return
        self._versions[desk_id] = int(version)
        self._history.add(desk_id, int(version), text)
        if f"desk {desk_id}" not in self._by_name:
            return  # no page of that desk is open
        if held := Held.parse(text):
            for page in self._list_pages(desk_id):
                page.tell_held(held.shown)
        elif defect := DefectChange.parse(text):
            for page in self._list_pages(desk_id):
                page.tell_defect(defect.number)
        elif call := IncomingCall.parse(text):
            for page in list(self._by_name.get(f"agent {call.agent_id}", ())):
                page.tell_call(call.call_id)
        elif change := Change.parse(text):
            await self._tell(desk_id, change, int(version))

    def _list_pages(self, desk_id: int) -> Collection[Page]:
        return list(self._by_name.get(f"desk {desk_id}", ()))

    async def _tell(self, desk_id: int, change: Change, version: int) -> None:
        """Notify the pages that a change affects, yielding to other work in between."""
        now = time.time()
        lists = [
            page
            for page in self._lists.get(desk_id, ())
            if page.interest.is_touched_by(change, now=now)
        ]
        for page in tuple(self._by_number.get((desk_id, change.number), ())):
            page.tell(change, version)
        for place, page in enumerate(lists, start=1):
            if page.tell(change, version):
                self._load.add()
            page.pace = max(1.0, max(len(lists), self._load.per_second) / REFRESHES)
            if place % YIELD_AFTER == 0:
                await asyncio.sleep(0)

    def wake(self, desk_id: int, number: int) -> None:
        """Make the open pages of a ticket read its viewers again."""
        for page in tuple(self._by_number.get((desk_id, number), ())):
            page.tell_viewers()

    def get_known_version(self, desk_id: int) -> int:
        """Return the number of the latest message received from a desk, or 0 for none."""
        return self._versions.get(desk_id, 0)

    def find_version(self, desk_id: int) -> int:
        """Return the number of the desk's latest message, as get_version, to a view."""
        if desk_id not in self._versions:
            found = read_version(desk_id)
            if not self._is_subscribed:
                return found
            self._versions.setdefault(desk_id, found)
        return self._versions.get(desk_id, 0)

    async def get_version(self, desk_id: int) -> int:
        """Return the number of the desk's latest message, or 0 if Valkey is unavailable."""
        if desk_id not in self._versions:
            if self._client is None:
                self._client = make_async_client()
            try:
                found = await self._client.get(f"{VERSION_KEY}{desk_id}")
            except (redis.RedisError, OSError):
                return 0
            self._versions.setdefault(desk_id, int(found or 0))
        return self._versions[desk_id]

    # --- Access ---------------------------------------------------------------------------------

    def _suspect(self, whose: str = "") -> None:
        """Check the pages of a desk, agent or user (or all pages) right away."""
        self._access_changes += 1
        for page in self._by_name.get(whose, ()) if whose else self.pages:
            page.suspect()
        self._is_urgent.set()

    async def _check_all(self) -> None:
        while not _is_cancelled():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(TICK, HEARTBEAT)):
                    await self._is_urgent.wait()
            self._is_urgent.clear()
            now = time.monotonic()
            due = [page for page in self.pages if page.check_at <= now]
            if due:
                await self._check(due)

    async def _check(self, pages: list[Page]) -> None:
        """Check the access of pages. A database failure closes none of them."""
        for page in pages:
            page.check_at = time.monotonic() + TICK  # unless its access changes meanwhile
        try:
            await self._compare_stamps(pages)
        except (OperationalError, InterfaceError) as error:
            log_database_error(error, during="check_live_pages")
            for page in pages:
                page.check_at = time.monotonic() + RETRY_INTERVAL
                page.keep_open()

    async def _compare_stamps(self, pages: list[Page]) -> None:
        stamps = await self._run(read_stamps, {page.reader for page in pages})
        doubtful = {page.reader for page in pages if not page.is_sure(stamps.get(page.reader))}
        found = {reader: await self._run(find_access, reader) for reader in doubtful}
        for page in pages:
            if page.reader in doubtful:
                access = found[page.reader]
                if access is None:
                    page.end()
                    continue
                page.access = access
            if page.reader in doubtful or page.is_fresh:
                page.rules_at = time.monotonic() + RULES_INTERVAL * spread(0.5, 1.0)
            page.stamp = stamps.get(page.reader, "")
            if page.check_at > 0:
                page.confirm(next_check_at=_choose_time())

    async def _run(self, work: Any, *given: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._thread, partial(work, *given))


def _is_cancelled() -> bool:
    """Return True if the current task was cancelled.

    A client may swallow the cancellation while it connects; the task would then never end.
    """
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _choose_time() -> float:
    """Return when to check a page next: at its heartbeat or a bit before, spread evenly."""
    return time.monotonic() + HEARTBEAT * spread(0.8, 1.0)


def _drop_empty(pages: dict[Key, set[Page]], keys: Iterable[Key]) -> None:
    for key in keys:
        if not pages.get(key, True):
            del pages[key]


hub = Hub()
