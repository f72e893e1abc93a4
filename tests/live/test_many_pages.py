"""The cost of many open pages in counters: statements, messages, threads, reloads."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError, connections
from django.db.backends.utils import CursorWrapper
from django.test import AsyncClient
from psycopg_pool import PoolTimeout

from helpdesk.live import application, checks, hub, pages, pubsub
from helpdesk.live.checks import Access, Reader
from helpdesk.live.interests import EVERYTHING, Interest
from helpdesk.live.messages import Change
from helpdesk.live.pages import Page
from tests.cast import Cast
from tests.live.streams import Stream, events, open_stream, publish, until_subscribed
from tickets.rules.visibility import TicketVisibility

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement of every thread of this process."""
    seen: list[str] = []
    execute = CursorWrapper.execute

    def note(self: CursorWrapper, sql: Any, params: Any = None) -> Any:
        seen.append(str(sql))
        return execute(self, sql, params)

    monkeypatch.setattr(CursorWrapper, "execute", note)
    return seen


async def open_many(cast: Cast, amount: int) -> list[Stream]:
    """Open streams of two agents in turn, and wait until each was checked."""
    clients = [AsyncClient(), AsyncClient()]
    for client, agent in zip(clients, (cast.analyst, cast.colleague), strict=True):
        await client.aforce_login(agent.user)
    opening = (
        open_stream(clients[place % 2], f"/{cast.desk.slug}/agent/stream/")
        for place in range(amount)
    )
    streams = await asyncio.gather(*opening)
    await until_subscribed()
    for stream in streams:
        assert await anext(stream.streaming_content) == b": open\n\n"
        assert await anext(stream.streaming_content) == b": still here\n\n"
    return list(streams)


async def close_all(streams: list[Stream]) -> None:
    await asyncio.gather(*(stream.aclose() for stream in streams))
    await sync_to_async(connections.close_all)()


def run(work: Callable[[], Awaitable[Any]]) -> Any:
    return asyncio.run(asyncio.wait_for(work(), 60))


def test_all_pages_that_are_due_are_checked_in_one_statement_by_one_thread(
    rocket: Cast, statements: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work() -> tuple[list[str], int]:
        streams = await open_many(rocket, 30)
        await asyncio.sleep(0)
        before = threading.active_count()
        statements.clear()
        for page in hub.hub.pages:
            page.check_at = page.checked_at = 0.0
        hub.hub._is_urgent.set()
        while not all(page.checked_at for page in hub.hub.pages):
            await asyncio.sleep(0.01)
        seen, threads = list(statements), threading.active_count() - before
        await close_all(streams)
        return seen, threads

    seen, threads = run(work)
    assert [sql for sql in seen if "md5" in sql] == [checks._STAMPS]
    assert not [sql for sql in seen if "FROM" in sql and "md5" not in sql]
    assert threads <= 0


def test_a_stream_leaves_no_thread_and_no_connection_behind(rocket: Cast) -> None:
    async def work() -> tuple[int, int]:
        first = await open_many(rocket, 2)
        before = threading.active_count()
        more = await open_many(rocket, 20)
        after = threading.active_count()
        pool = connections["default"].pool
        in_use = pool.get_stats()["pool_size"] - pool.get_stats()["pool_available"]
        await close_all(first + more)
        return after - before, in_use

    more_threads, in_use = run(work)
    assert more_threads <= 1
    assert in_use <= 2  # of the test itself, and of a check


def test_only_so_many_streams_are_opened_at_once(
    rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once, most = 0, 0
    serve = application.LiveStreams._open
    answer = hub.hub  # the fresh hub of this test
    assert answer.openings._value == hub.OPENING_AT_ONCE

    async def count(self: Any, *given: Any) -> Any:
        nonlocal at_once, most
        inner = self.application

        async def counted(*parts: Any) -> None:
            nonlocal at_once, most
            at_once += 1
            most = max(most, at_once)
            await inner(*parts)
            at_once -= 1

        return await serve(application.LiveStreams(counted), *given)

    monkeypatch.setattr(application.LiveStreams, "_open", count)
    run(lambda: _open_and_close(rocket, 12))
    assert most == hub.OPENING_AT_ONCE


async def _open_and_close(cast: Cast, amount: int) -> None:
    await close_all(await open_many(cast, amount))


def test_beyond_the_limit_streams_get_503_and_pages_still_work(
    rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(application, "MAX_WAITING", 0)

    async def work() -> tuple[Stream, Stream]:
        client = AsyncClient()
        await client.aforce_login(rocket.analyst.user)
        refused = await open_stream(client, "/rocket/agent/stream/")
        page = await open_stream(client, "/rocket/agent/")
        await asyncio.gather(refused.serving, page.serving)
        await sync_to_async(connections.close_all)()
        return refused, page

    refused, page = run(work)
    assert refused.status_code == 503
    shortest, longest = application.RETRY_AFTER
    assert shortest <= int(refused.headers["retry-after"]) <= longest
    assert page.status_code == 200


def test_a_user_with_many_streams_leaves_room_for_others(rocket: Cast, settings: Any) -> None:
    settings.MAX_STREAMS_PER_USER = 2

    async def work() -> tuple[list[int], int]:
        one, other = AsyncClient(), AsyncClient()
        await one.aforce_login(rocket.analyst.user)
        await other.aforce_login(rocket.colleague.user)
        mine = [await open_stream(one, "/rocket/agent/stream/") for _ in range(3)]
        theirs = await open_stream(other, "/rocket/agent/stream/")
        await mine[2].serving  # is over
        assert int(mine[2].headers["retry-after"]) > 0
        await mine[0].aclose()
        again = await open_stream(one, "/rocket/agent/stream/")
        statuses = [stream.status_code for stream in (*mine, theirs)]
        await close_all([mine[1], theirs, again])
        return statuses, again.status_code

    assert run(work) == ([200, 200, 503, 200], 200)
    assert not hub.hub.pages


def test_a_stream_that_waits_too_long_is_refused(
    rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(application, "MAX_WAIT", 0.05)

    async def work() -> Stream:
        for _ in range(hub.OPENING_AT_ONCE):
            await hub.hub.openings.acquire()  # others, which take long
        client = AsyncClient()
        await client.aforce_login(rocket.analyst.user)
        refused = await open_stream(client, "/rocket/agent/stream/")
        await refused.serving
        await sync_to_async(connections.close_all)()
        return refused

    assert run(work).status_code == 503
    assert hub.hub.waiting == 0


def test_an_exhausted_pool_ends_no_stream_and_delays_changes_until_access_was_checked(
    rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is sent to a page whose access is in doubt, however long that lasts."""
    logged: list[str] = []

    def note(error: Exception, *, during: str) -> bool:
        logged.append(during)
        return True

    def fail(readers: Any) -> Any:
        raise OperationalError("no connection") from PoolTimeout()

    async def work() -> list[str]:
        [stream, other] = await open_many(rocket, 2)
        read = hub.read_stamps
        monkeypatch.setattr(hub, "read_stamps", fail)
        monkeypatch.setattr(hub, "log_database_error", note)
        monkeypatch.setattr(hub, "RETRY_INTERVAL", 0.2)
        hub.hub._suspect(f"user {rocket.analyst.user_id}")
        while not logged:
            await asyncio.sleep(0.01)
        # No proxy closes a stream for its silence.
        assert await anext(stream.streaming_content) == b": still here\n\n"
        publish(rocket.desk.pk, Change(1001))
        assert await events(other.streaming_content, 1) == ["1001"]
        doubtful = [page for page in hub.hub.pages if not page.is_checked]
        assert [list(page.changes) for page in doubtful] == [[1001]]
        monkeypatch.setattr(hub, "read_stamps", read)
        heard = await events(stream.streaming_content, 1)
        await close_all([stream, other])
        return heard

    assert run(work) == ["1001"]
    assert set(logged) == {"check_live_pages"}


def test_a_crash_of_the_checker_closes_the_pages(
    rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(readers: Any) -> Any:
        raise ZeroDivisionError

    async def work() -> bool:
        streams = await open_many(rocket, 2)
        monkeypatch.setattr(hub, "read_stamps", fail)
        hub.hub._suspect()
        for stream in streams:
            async for _line in stream.streaming_content:
                pass
        await close_all(streams)
        return True

    assert run(work)


# --- Without a database -------------------------------------------------------------------------


def make_page(
    interest: Interest = EVERYTHING, *, hidden: tuple[int, ...] = (), key: str = "s"
) -> Page:
    access = Access(TicketVisibility(1, hidden))
    page = Page(Reader(key, 1, 1), access, interest=interest, user_id=1)
    page.is_checked = True
    return page


@contextmanager
def opened(here: hub.Hub, *those: Page) -> Iterator[list[list[str]]]:
    """Register pages that are checked already, and collect what each is sent."""
    sent: list[list[str]] = [[] for _ in those]
    here._start = lambda: None  # type: ignore[method-assign]  # neither subscribed nor checked

    def receive(heard: list[str]) -> Any:
        async def send(message: dict[str, Any]) -> None:
            heard.append(message["body"].decode())

        return send

    with ExitStack() as stack:
        for page, heard in zip(those, sent, strict=True):
            stack.enter_context(here.open_page(page))
            page.is_checked, page._send = True, receive(heard)
        yield sent


async def settle(*those: Page) -> None:
    """Wait until the pages were sent everything they were notified of."""
    while any(page._sending or page._timer for page in those):
        await asyncio.sleep(0.001)


async def distribute(here: hub.Hub, *changes: Change) -> None:
    for version, change in enumerate(changes, start=1):
        await here._distribute(f"{pubsub.CHANNEL}1", f"{version} {change}")


def count_events(sent: list[str]) -> int:
    return "".join(sent).count("event: ticket")


def test_a_change_is_sent_only_to_pages_whose_view_it_affects() -> None:
    async def work() -> list[int]:
        mine = Interest(needs={"assignee": frozenset([1])})
        ticket, other = Interest(numbers=frozenset([7])), Interest(numbers=frozenset([8]))
        those = [make_page(one) for one in (EVERYTHING, mine, ticket, other)]
        here = hub.Hub()
        with opened(here, *those) as sent:
            await distribute(here, Change(7, facts={"assignee": frozenset([0])}))
            await settle(*those)
        return [count_events(heard) for heard in sent]

    assert asyncio.run(work()) == [1, 0, 1, 0]


def test_a_hundred_changes_are_two_messages_to_a_list_and_the_first_leaves_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pages, "LIST_PAUSE", 0.3)

    async def work() -> list[str]:
        here, page = hub.Hub(), make_page()
        with opened(here, page) as [sent]:
            await distribute(here, Change(1))
            assert page._timer is None  # it leaves at once
            await settle(page)
            assert count_events(sent) == 1
            await distribute(here, *(Change(number) for number in range(2, 101)))
            await settle(page)
        return sent

    sent = asyncio.run(work())
    assert len(sent) == 2
    assert count_events(sent) == 100


def test_many_affected_lists_reload_slowly() -> None:
    """500 lists: together no more than hub.REFRESHES per second, whatever changes."""

    async def work() -> list[float]:
        here, those = hub.Hub(), [make_page(key=str(place)) for place in range(500)]
        with opened(here, *those) as sent:
            await distribute(here, Change(1))
            await settle(*those)
        texts = ["".join(heard) for heard in sent]
        return [
            float(text.partition("event: pace\ndata: ")[2].partition("\n")[0]) for text in texts
        ]

    paces = asyncio.run(work())
    assert sum(1 / pace for pace in paces) <= hub.REFRESHES * 1.01


def test_few_lists_reload_once_a_second() -> None:
    async def work() -> str:
        here, those = hub.Hub(), [make_page(key=str(place)) for place in range(10)]
        with opened(here, *those) as sent:
            await distribute(here, Change(1))
            await settle(*those)
        return "".join(sent[0])

    assert "pace" not in asyncio.run(work())


def test_a_hidden_change_is_not_sent() -> None:
    async def work() -> list[int]:
        here, those = hub.Hub(), [make_page(), make_page(hidden=(4,))]
        with opened(here, *those) as sent:
            await distribute(here, Change(1, department_id=4))
            await settle(*those)
        return [count_events(heard) for heard in sent]

    assert asyncio.run(work()) == [1, 0]


def test_a_slow_browser_gets_one_message_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "LIST_PAUSE", 0.0)

    async def work() -> list[int]:
        here, page, under_way = hub.Hub(), make_page(), 0
        seen: list[int] = []
        received = asyncio.Event()

        async def send(message: Any) -> None:
            nonlocal under_way
            under_way += 1
            seen.append(under_way)
            await received.wait()
            under_way -= 1

        with opened(here, page):
            page._send = send
            for number in range(300):
                await distribute(here, Change(number))
                await asyncio.sleep(0)
            assert len(page.changes) == pages.MAX_BACKLOG
            received.set()
            await settle(page)
        return seen

    assert asyncio.run(work()) == [1, 1]


def test_reconnects_are_spread_by_the_number_of_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(amount: int) -> int:
        here, those = hub.Hub(), [make_page(key=str(place)) for place in range(amount)]
        here._versions[1] = 5
        with opened(here, *those) as sent:
            await here.greet(those[0])
            await settle(*those)
        return int("".join(sent[0]).partition("retry: ")[2].partition("\n")[0])

    assert asyncio.run(work(1)) == hub.MIN_RETRY
    # The page waits up to twice as long, so that at most RECONNECTS come back per second.
    assert asyncio.run(work(2000)) * 2 / 1000 >= 2000 / hub.RECONNECTS
