"""Live pages: a change at the desk reaches its open pages, and nobody else's."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import redis
import redis.asyncio
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connections
from django.test import AsyncClient

from accounts.models import Agent
from accounts.tenancy import desk_scope
from helpdesk import live
from helpdesk.agent.views import stream
from helpdesk.desks.suspension import suspend_desk
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _fresh_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "hub", live.Hub())


def listening(cast: Cast, who: str, work: Callable[[Any], Awaitable[Any]]) -> Any:
    """Open the stream as a person of the desk and run ``work`` with its lines."""

    async def run() -> Any:
        client = AsyncClient()
        await client.aforce_login(getattr(cast, who).user)
        response = await client.get(f"/{cast.desk.slug}/agent/stream/")
        try:
            return await work(response)
        finally:
            if response.streaming:
                await response.streaming_content.aclose()
            await sync_to_async(connections.close_all)()

    return asyncio.run(run())


async def until_subscribed() -> None:
    client = redis.asyncio.Redis.from_url(settings.REDIS_URL)
    while not await client.pubsub_numpat():
        await asyncio.sleep(0)
    await client.aclose()


def publish(desk_id: int, number: str) -> None:
    redis.Redis.from_url(settings.REDIS_URL).publish(f"{live.CHANNEL}{desk_id}", number)


def test_an_agent_hears_which_ticket_of_the_desk_changed_and_no_other_desks(
    rocket: Cast, matter: Cast
) -> None:
    async def first_event(response: Any) -> str:
        lines = response.streaming_content
        assert await anext(lines) == b": open\n\n"
        waiting = asyncio.ensure_future(anext(lines))
        await until_subscribed()
        publish(matter.desk.pk, "9999")
        publish(rocket.desk.pk, "1001")
        return (await asyncio.wait_for(waiting, 5)).decode()

    assert listening(rocket, "analyst", first_event) == "event: ticket\ndata: 1001\n\n"


@pytest.mark.parametrize("who", ["customer", "stranger"])
def test_nobody_else_has_a_stream(rocket: Cast, who: str) -> None:
    async def status(response: Any) -> int:
        return int(response.status_code)

    assert listening(rocket, who, status) == 404


def test_a_stranger_to_the_desk_has_no_stream(rocket: Cast, matter: Cast) -> None:
    async def run() -> int:
        client = AsyncClient()
        await client.aforce_login(matter.analyst.user)
        status = (await client.get("/rocket/agent/stream/")).status_code
        await sync_to_async(connections.close_all)()
        return status

    assert asyncio.run(run()) == 404


def test_a_stream_ends_when_its_agent_is_deactivated(rocket: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT", 0.05)

    async def lines_until_end(response: Any) -> list[bytes]:
        heard = [await anext(response.streaming_content), await anext(response.streaming_content)]
        await asyncio.to_thread(deactivate, rocket.analyst)
        return heard + [line async for line in response.streaming_content]

    heard = listening(rocket, "analyst", lines_until_end)
    assert heard[0] == b": open\n\n"
    assert set(heard[1:]) == {b": still here\n\n"}


def test_a_stream_that_is_never_silent_ends_too(rocket: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    async def busy(desk_id: int, *, pause: float) -> AsyncIterator[str]:
        for _ in range(1000):
            yield "1001"

    monkeypatch.setattr(stream, "HEARTBEAT", 0.0)
    monkeypatch.setattr(stream, "lines_of", busy)

    async def count_after_deactivation(response: Any) -> int:
        lines = response.streaming_content
        assert [await anext(lines), await anext(lines)] == [b": open\n\n", b"event: ticket\ndata: 1001\n\n"]
        await asyncio.to_thread(deactivate, rocket.analyst)
        return len([line async for line in lines])

    assert listening(rocket, "analyst", count_after_deactivation) == 0


def test_a_stream_ends_when_its_desk_is_suspended(rocket: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT", 0.05)

    async def lines_until_end(response: Any) -> list[bytes]:
        await anext(response.streaming_content)
        await asyncio.to_thread(suspend, rocket)
        return [line async for line in response.streaming_content]

    assert set(listening(rocket, "analyst", lines_until_end)) <= {b": still here\n\n"}


def suspend(cast: Cast) -> None:
    suspend_desk(desk=cast.desk)
    connections.close_all()


def deactivate(agent: Agent) -> None:
    with desk_scope(agent.desk_id):
        Agent.objects.filter(pk=agent.pk).update(is_active=False)
    connections.close_all()


def test_an_event_is_published_with_the_tickets_number_only(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket(subject="Secret words")
    with redis.Redis.from_url(settings.REDIS_URL).pubsub() as heard:
        heard.psubscribe(f"{live.CHANNEL}*")
        heard.get_message(timeout=1)
        live.publish(ticket.events.first())
        told = heard.get_message(timeout=1)
    assert told["data"] == str(ticket.number).encode()
    assert re.fullmatch(rb"plumbline:desk:\d+", told["channel"])
