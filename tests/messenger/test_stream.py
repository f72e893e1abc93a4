"""A visitor's stream says that there is news, to that visitor only."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connections
from django.test import AsyncClient
from django.utils import timezone

from accounts.models import Agent
from accounts.tenancy import desk_scope
from helpdesk.live import hub, pubsub
from helpdesk.messenger import streams
from tests.cast import Cast
from tests.live.streams import Stream, open_stream, publish, until_subscribed
from tests.messenger.conftest import VisitorClient, connect_messenger, process
from tickets.models import Ticket
from tickets.services import reply

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _fresh_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "hub", hub.Hub())
    pubsub.valkey.reset()


@pytest.fixture
def visitor(rocket: Cast) -> VisitorClient:
    """A visitor whose message is on a ticket."""
    visitor = VisitorClient(connect_messenger(rocket))
    visitor.write()
    process(rocket)
    return visitor


def listen(visitor: VisitorClient, work: Callable[[Stream], Awaitable[Any]]) -> Any:
    """Open the visitor's stream and run ``work`` with it."""

    async def run() -> Any:
        url, token = f"{visitor.url}stream/", f"Visitor {visitor.token}"
        stream = await open_stream(AsyncClient(), url, authorization=token)
        try:
            return await work(stream)
        finally:
            await stream.aclose()
            await sync_to_async(connections.close_all)()

    return asyncio.run(run())


async def hear(stream: Stream, kind: str = "event: news") -> str:
    """Return the next event of a kind."""
    while True:
        line = (await asyncio.wait_for(anext(stream.streaming_content), 10)).decode()
        if kind in line:
            return line


def test_a_reply_is_news_without_its_text(rocket: Cast, visitor: VisitorClient) -> None:
    def answer() -> None:
        with desk_scope(rocket.desk):
            ticket, agent = Ticket.objects.get(), Agent.objects.get(pk=rocket.analyst.pk)
            reply(ticket_id=ticket.pk, agent=agent, text="Secret", at=timezone.now())

    async def work(stream: Stream) -> str:
        assert stream.headers["content-type"] == "text/event-stream"
        await until_subscribed()
        await sync_to_async(answer)()
        return await hear(stream)

    assert listen(visitor, work) == "event: news\ndata:\n\n"


def test_news_of_other_tickets_and_lists_are_not_heard(
    rocket: Cast, visitor: VisitorClient
) -> None:
    with desk_scope(rocket.desk):
        number = Ticket.objects.get().number

    async def work(stream: Stream) -> list[str]:
        await until_subscribed()
        for line in (f"[{number + 1},0,0,{{}}]", "held 7", "defect 0", f"[{number},0,0,{{}}]"):
            publish(rocket.desk.pk, line)
        heard = [await hear(stream)]
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(stream.streaming_content), 0.5)
        return heard

    assert listen(visitor, work) == ["event: news\ndata:\n\n"]


def test_a_change_of_agents_access_ends_no_visitors_stream(
    rocket: Cast, visitor: VisitorClient
) -> None:
    with desk_scope(rocket.desk):
        number = Ticket.objects.get().number

    async def work(stream: Stream) -> str:
        await until_subscribed()
        pubsub.publish_access_change(f"desk {rocket.desk.pk}")
        publish(rocket.desk.pk, f"[{number},0,0,{{}}]")
        return await hear(stream)

    assert listen(visitor, work)


def get_status(visitor: VisitorClient) -> int:
    async def work(stream: Stream) -> int:
        return stream.status_code

    return int(listen(visitor, work))


def test_without_a_token_or_a_ticket_there_is_no_stream(
    rocket: Cast, visitor: VisitorClient
) -> None:
    other = VisitorClient(visitor.connection)
    assert get_status(other) == 401
    other.write()
    assert get_status(other) == 204


def test_visitors_leave_streams_to_agents(
    visitor: VisitorClient, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MAX_STREAMS = streams.SHARE * 3
    monkeypatch.setattr(streams, "_count_visitors", lambda: 3)
    assert get_status(visitor) == 503


def test_a_stream_lives_for_some_minutes(
    visitor: VisitorClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "HEARTBEAT", 0.01)
    monkeypatch.setattr(streams, "HEARTBEATS", 2)

    async def work(stream: Stream) -> str:
        return "".join([line.decode() async for line in stream.streaming_content])

    assert ": still here" in listen(visitor, work)
