"""Who is viewing a ticket and who is typing: shown to agents of the desk who can see the ticket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import redis
import redis.asyncio
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connections
from django.test import AsyncClient, Client

from accounts.models import Agent
from accounts.tenancy import desk_scope
from helpdesk.live import viewers
from helpdesk.live.messages import Change
from helpdesk.live.viewers import list_others, set_typing
from tests.cast import Cast
from tests.departments import close_department
from tests.live.streams import open_stream, publish, until_subscribed
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    redis.Redis.from_url(settings.REDIS_URL).flushdb()


def run(work: Callable[[], Awaitable[Any]]) -> Any:
    async def whole() -> Any:
        try:
            return await asyncio.wait_for(work(), 20)
        finally:
            await sync_to_async(connections.close_all)()

    return asyncio.run(whole())


Heard = asyncio.Queue[str]


@asynccontextmanager
async def page_of(agent: Agent, ticket: Ticket, *, has_valkey: bool = True) -> AsyncIterator[Heard]:
    """What the event stream of an agent's page of a ticket says about others."""
    client = AsyncClient()
    await client.aforce_login(agent.user)
    response = await open_stream(client, f"/{agent.desk.slug}/agent/stream/?ticket={ticket.number}")
    heard: Heard = asyncio.Queue()

    async def listen() -> None:
        async for line in response.streaming_content:
            heard.put_nowait(line.decode())

    listening = asyncio.create_task(listen())
    assert await heard.get() == ": open\n\n"
    if has_valkey:
        await until_subscribed()
    try:
        yield heard
    finally:
        listening.cancel()
        await response.aclose()


async def hear(heard: Heard) -> list[tuple[str, str]]:
    """Return the next list of other viewers: their names and what they are typing."""
    while True:
        kind, __, data = (await heard.get()).partition("\ndata: ")
        if kind == "event: viewers":
            return [(one["name"], one["doing"]) for one in json.loads(data)]


def test_agents_see_one_another_view_type_and_leave(rocket: Cast, ticket: Ticket) -> None:
    async def work() -> None:
        async with page_of(rocket.analyst, ticket) as mine:
            assert await hear(mine) == []
            async with page_of(rocket.colleague, ticket) as theirs:
                assert await hear(theirs) == [("Analyst", "")]
                assert await hear(mine) == [("Colleague", "")]
                for doing in ("reply", "note", ""):
                    await sync_to_async(set_typing)(rocket.colleague, ticket.number, doing)
                    assert await hear(mine) == [("Colleague", doing)]
            assert await hear(mine) == []

    run(work)


def test_an_agent_with_two_pages_is_one_viewer_until_both_are_closed(
    rocket: Cast, ticket: Ticket
) -> None:
    async def work() -> None:
        async with page_of(rocket.analyst, ticket) as mine:
            assert await hear(mine) == []
            async with page_of(rocket.colleague, ticket) as first:
                assert await hear(mine) == [("Colleague", "")]
                await hear(first)
                async with page_of(rocket.colleague, ticket) as second:
                    assert await hear(second) == [("Analyst", "")]
                await sync_to_async(set_typing)(rocket.colleague, ticket.number, "reply")
                assert await hear(mine) == [("Colleague", "reply")]
                await sync_to_async(set_typing)(rocket.colleague, ticket.number, "")
                assert await hear(mine) == [("Colleague", "")]
            assert await hear(mine) == []

    run(work)


def test_viewers_of_another_web_process_are_seen(rocket: Cast, ticket: Ticket) -> None:
    async def work() -> None:
        async with page_of(rocket.analyst, ticket) as mine:
            assert await hear(mine) == []
            elsewhere = viewers.Viewers()
            viewer = viewers.Viewer.of(rocket.colleague, ticket.number)
            await elsewhere.enter(viewer)
            assert await hear(mine) == [("Colleague", "")]
            await elsewhere.leave(viewer)
            assert await hear(mine) == []

    run(work)


def test_a_viewer_that_vanished_is_removed(
    rocket: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert viewers.RENEWAL_INTERVAL + viewers.VIEWER_TTL < 30
    monkeypatch.setattr(viewers, "RENEWAL_INTERVAL", 0.01)

    async def work() -> None:
        async with page_of(rocket.analyst, ticket) as mine:
            assert await hear(mine) == []
            monkeypatch.setattr(viewers, "VIEWER_TTL", 1.5)
            dead = viewers.Viewers()
            await dead.enter(viewers.Viewer.of(rocket.colleague, ticket.number))
            dead.present.clear()  # as in a process that was killed
            assert await hear(mine) == [("Colleague", "")]
            assert await hear(mine) == []

    run(work)


def test_a_viewer_who_left_is_not_renewed(
    rocket: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(viewers, "RENEWAL_INTERVAL", 0.05)
    monkeypatch.setattr(viewers, "SLICE", 1)

    async def work() -> list[str]:
        registry = viewers.Viewers()
        those = [viewers.Viewer.of(rocket.analyst, number) for number in range(1, 4)]
        for viewer in those:
            await registry.enter(viewer)
        await asyncio.sleep(0.02)  # between two slices
        for viewer in those:
            await registry.leave(viewer)
        assert registry.renewing
        await registry.renewing
        valkey = redis.asyncio.Redis.from_url(settings.REDIS_URL)
        left = await valkey.keys(f"{viewers.KEY}*")
        await valkey.aclose()
        return left

    assert run(work) == []


def test_a_hidden_ticket_shows_no_one_and_its_outsiders_are_not_shown(
    rocket: Cast, ticket: Ticket
) -> None:
    close_department(rocket, "paid", members=(rocket.analyst,))

    async def work() -> None:
        async with page_of(rocket.analyst, ticket) as mine, page_of(rocket.colleague, ticket) as no:
            assert await hear(mine) == []
            async with page_of(rocket.lead, ticket) as lead:
                assert await hear(lead) == [("Analyst", "")]
                assert await hear(mine) == [("Lead", "")]
            assert not [line for line in no._queue if "viewers" in line]

    run(work)


def test_who_loses_sight_of_the_ticket_sees_no_one_and_is_seen_no_more(
    rocket: Cast, ticket: Ticket
) -> None:
    trials = close_department(rocket, "trials", members=(rocket.analyst,))

    async def work() -> None:
        async with page_of(rocket.analyst, ticket) as mine:
            assert await hear(mine) == []  # before the other one comes
            async with page_of(rocket.colleague, ticket) as no:
                assert await hear(no) == [("Analyst", "")]
                assert await hear(mine) == [("Colleague", "")]
                publish(rocket.desk.pk, Change(ticket.number, trials.pk))
                assert await hear(no) == []
                assert await hear(mine) == []

    run(work)


def test_another_desks_ticket_of_the_same_number_has_its_own_viewers(
    rocket: Cast, matter: Cast, ticket: Ticket
) -> None:
    with desk_scope(matter.desk):
        other = matter.open_ticket()
    assert other.number == ticket.number

    async def work() -> None:
        async with page_of(matter.analyst, other) as theirs:
            assert await hear(theirs) == []
            async with page_of(rocket.analyst, ticket) as mine:
                assert await hear(mine) == []

    run(work)


@pytest.mark.parametrize("number", ["0", "999999", "x", ""])
def test_a_page_of_no_ticket_has_no_viewers(rocket: Cast, number: str) -> None:
    async def work() -> set[viewers.Viewer]:
        client = AsyncClient()
        await client.aforce_login(rocket.analyst.user)
        response = await open_stream(client, f"/rocket/agent/stream/?ticket={number}")
        assert await anext(response.streaming_content) == b": open\n\n"
        present = set(viewers.registry.present)
        await response.aclose()
        return present

    assert run(work) == set()


def test_without_valkey_there_are_no_viewers_and_pages_work(
    rocket: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    async def work() -> list[tuple[str, str]]:
        async with page_of(rocket.analyst, ticket, has_valkey=False) as mine:
            return await hear(mine)

    assert run(work) == []
    assert type_as(rocket.analyst, ticket).status_code == 204


def type_as(agent: Agent, ticket: Ticket, **fields: str) -> Any:
    client = Client()
    client.force_login(agent.user)
    return client.post(f"/rocket/agent/tickets/{ticket.number}/typing/", fields)


def list_seen_by(agent: Agent, ticket: Ticket) -> list[tuple[str, str]]:
    key = viewers.Viewer.of(agent, ticket.number).key
    entries = redis.Redis.from_url(settings.REDIS_URL).hgetall(key)
    found = list_others(entries, agent_id=agent.pk, now=0)
    return [(str(one["name"]), str(one["doing"])) for one in found]


def test_typing_is_shown_until_the_reply_is_sent(rocket: Cast, ticket: Ticket) -> None:
    assert type_as(rocket.colleague, ticket, kind="reply").status_code == 204
    assert list_seen_by(rocket.analyst, ticket) == [("Colleague", "reply")]
    assert type_as(rocket.colleague, ticket, kind="note").status_code == 204
    assert list_seen_by(rocket.analyst, ticket) == [("Colleague", "note")]
    client = Client()
    client.force_login(rocket.colleague.user)
    sent = {"kind": "note", "body": "Known.", "form_token": "t1"}
    client.post(f"/rocket/agent/tickets/{ticket.number}/answers/", sent)
    assert list_seen_by(rocket.analyst, ticket) == []


def test_nobody_else_types_on_a_ticket(rocket: Cast, matter: Cast, ticket: Ticket) -> None:
    close_department(rocket, "paid", members=(rocket.analyst,))
    assert type_as(rocket.colleague, ticket).status_code == 404
    assert type_as(matter.analyst, ticket).status_code == 404
    assert type_as(rocket.observer, ticket).status_code == 403
    assert list_seen_by(rocket.analyst, ticket) == []


def entry(name: str, doing: str = "", until: float = 20) -> bytes:
    return json.dumps({"name": name, "doing": doing, "until": until}).encode()


def test_others_are_listed_by_name_once_and_only_while_they_stay() -> None:
    entries = {
        b"1:a": entry("Me"),
        b"3:typing": entry("Bo", "note", until=12),
        b"3:b": entry("Bo"),
        b"2:c": entry("Ana"),
        b"4:d": entry("Cy", until=9),
        b"5:e": entry("Di"),
        b"5:typing": entry("Di", "reply", until=9),
    }
    found = list_others(entries, agent_id=1, now=10)
    assert [(one["name"], one["doing"]) for one in found] == [
        ("Ana", ""),
        ("Bo", "note"),
        ("Di", ""),
    ]
