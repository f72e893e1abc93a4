"""Live pages: a change at a desk reaches only that desk's open pages."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import pytest
import redis
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connections
from django.test import AsyncClient

from accounts.models import Agent, Department
from accounts.staff import set_department_members
from accounts.tenancy import desk_scope
from channels_intake.incoming.mail import HELD_CHANGED
from channels_intake.incoming.quarantine import discard, restore
from channels_intake.incoming.reading import process_inbound
from channels_intake.incoming.store import store_inbound
from helpdesk.desks.suspension import suspend_desk
from helpdesk.live import hub, pages, pubsub
from helpdesk.live.messages import Change
from helpdesk.tasks import publish_held_count
from tests.agent.test_quarantine import hold
from tests.cast import NOON, Cast
from tests.departments import close_department
from tests.live.streams import events, listening, open_stream, publish, until_subscribed

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_agent_hears_which_ticket_of_the_desk_changed_and_no_other_desks(
    rocket: Cast, matter: Cast
) -> None:
    async def first_event(response: Any) -> list[str]:
        lines = response.streaming_content
        assert await anext(lines) == b": open\n\n"
        waiting = asyncio.ensure_future(events(lines, 1))
        await until_subscribed()
        publish(matter.desk.pk, Change(9999, 0, 0))
        publish(rocket.desk.pk, "9998")  # of another version
        publish(rocket.desk.pk, Change(1001, 0, 0))
        return await waiting

    assert listening(rocket, "analyst", first_event) == ["1001"]


@pytest.mark.parametrize("who", ["analyst", "colleague", "lead", "observer"])
def test_everyone_who_works_the_queue_gets_the_quarantine_count(rocket: Cast, who: str) -> None:
    async def first_event(response: Any) -> list[str]:
        lines = response.streaming_content
        assert await anext(lines) == b": open\n\n"
        waiting = asyncio.ensure_future(events(lines, 1, "held"))
        await until_subscribed()
        await sync_to_async(publish_held_count)(desk_id=rocket.desk.pk)
        return await waiting

    assert listening(rocket, who, first_event) == ["0"]
    hold(rocket)
    assert listening(rocket, who, first_event) == ["1"]


def test_quarantine_and_each_decision_on_it_tell_the_open_pages(
    rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(pubsub, "publish_lines", lambda lines: told.extend(*lines.values()))
    monkeypatch.setattr(
        "tickets.queueing._send",
        lambda name, given, **_: publish_held_count(**given) if name == HELD_CHANGED else True,
    )
    raw = b"From: support@rocket.example\r\nTo: support@rocket.example\r\n\r\nHello."
    row = store_inbound(provider="raw", raw=raw, content_type="", at=NOON, enqueue=False)
    process_inbound(inbound_id=row.pk, at=NOON)
    assert told == ["held 1"]
    decision = {"inbound_id": row.pk, "desk_id": rocket.desk.pk, "by": rocket.lead.user}
    with desk_scope(rocket.desk):
        discard(**decision, at=NOON)
        restore(**decision)
    assert told == ["held 1", "held 0", "held 1"]


@pytest.mark.parametrize("who", ["customer", "stranger"])
def test_nobody_else_has_a_stream(rocket: Cast, who: str) -> None:
    async def status(response: Any) -> int:
        return int(response.status_code)

    assert listening(rocket, who, status) == 404


def test_a_stranger_to_the_desk_has_no_stream(rocket: Cast, matter: Cast) -> None:
    async def run() -> int:
        client = AsyncClient()
        await client.aforce_login(matter.analyst.user)
        status = (await open_stream(client, "/rocket/agent/stream/")).status_code
        await sync_to_async(connections.close_all)()
        return status

    assert asyncio.run(run()) == 404


def test_a_stream_ends_when_its_agent_is_deactivated(
    rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "HEARTBEAT", 0.05)

    async def lines_until_end(response: Any) -> list[bytes]:
        heard = [await anext(response.streaming_content), await anext(response.streaming_content)]
        await asyncio.to_thread(deactivate, rocket.analyst)
        return heard + [line async for line in response.streaming_content]

    heard = listening(rocket, "analyst", lines_until_end)
    assert heard[0] == b": open\n\n"
    assert set(heard[1:]) == {b": still here\n\n"}


async def make_noise(cast: Cast, change: Change) -> None:
    """Notify the open pages of changes all the time, faster than any pause."""
    while True:
        await hub.hub._distribute(f"{pubsub.CHANNEL}{cast.desk.pk}", f"1 {change}")
        await asyncio.sleep(0.002)


def test_a_stream_that_is_never_silent_ends_too(
    rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "HEARTBEAT", 0.05)
    monkeypatch.setattr(pages, "LIST_PAUSE", 0.01)

    async def hear_out(response: Any) -> bool:
        noise = asyncio.create_task(make_noise(rocket, Change(1001)))
        assert await events(response.streaming_content, 1) == ["1001"]
        await asyncio.to_thread(deactivate, rocket.analyst)
        async for _line in response.streaming_content:
            pass
        noise.cancel()
        return True

    assert listening(rocket, "analyst", hear_out)


def test_a_stream_ends_when_its_desk_is_suspended(
    rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "HEARTBEAT", 0.05)

    async def lines_until_end(response: Any) -> list[bytes]:
        await anext(response.streaming_content)
        await asyncio.to_thread(suspend, rocket)
        return [line async for line in response.streaming_content]

    assert set(listening(rocket, "analyst", lines_until_end)) <= {b": still here\n\n"}


def suspend(cast: Cast) -> None:
    suspend_desk(desk=cast.desk)
    connections.close_all()


def test_a_change_of_a_hidden_ticket_is_told_to_whoever_has_it_only(rocket: Cast) -> None:
    paid = close_department(rocket, "paid", members=(rocket.analyst,)).pk
    community = rocket.departments["community"].pk
    told = [
        Change(1001, paid, 0),
        Change(1002, paid, rocket.analyst.pk),
        Change(1003, paid, rocket.colleague.pk),
        Change(1004, paid, 0),
        Change(1005, community, rocket.analyst.pk),
        Change(1006, 0, 0),
    ]

    async def hear(response: Any, amount: int) -> list[str]:
        lines = response.streaming_content
        assert await anext(lines) == b": open\n\n"
        waiting = asyncio.ensure_future(events(lines, amount))
        await until_subscribed()
        for change in told:
            publish(rocket.desk.pk, change)
        return await waiting

    outside = listening(rocket, "colleague", lambda response: hear(response, 3))
    assert outside == ["1003", "1005", "1006"]
    for who in ("analyst", "lead", "admin"):
        hub.hub = hub.Hub()
        heard = listening(rocket, who, lambda response: hear(response, 6))
        assert heard == ["1001", "1002", "1003", "1004", "1005", "1006"]


def test_whoever_becomes_a_member_hears_at_the_next_look(
    rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    paid = close_department(rocket, "paid", members=())
    monkeypatch.setattr(hub, "HEARTBEAT", 0.05)
    monkeypatch.setattr(pages, "LIST_PAUSE", 0.01)

    async def before_and_after(response: Any) -> list[str]:
        lines = response.streaming_content
        assert await anext(lines) == b": open\n\n"
        noise = asyncio.create_task(make_noise(rocket, Change(1001, paid.pk)))
        before = [(await anext(lines)).decode() for _ in range(3)]
        await asyncio.to_thread(join, rocket, paid)
        heard = await events(lines, 1)
        noise.cancel()
        return [*before, *heard]

    heard = listening(rocket, "colleague", before_and_after)
    assert heard == [": still here\n\n"] * 3 + ["1001"]


def join(cast: Cast, department: Department) -> None:
    with desk_scope(cast.desk):
        set_department_members(department=department, agents=[cast.colleague])
    connections.close_all()


@pytest.mark.parametrize(
    ("method", "status"), [("head", 200), ("post", 405), ("put", 405), ("delete", 405)]
)
def test_nothing_but_a_get_opens_a_stream(rocket: Cast, method: str, status: int) -> None:
    async def run() -> tuple[int, bool]:
        client = AsyncClient()
        await client.aforce_login(rocket.analyst.user)
        answer = await getattr(client, method)("/rocket/agent/stream/")
        await sync_to_async(connections.close_all)()
        return answer.status_code, bool(hub.hub.pages)

    assert asyncio.run(run()) == (status, False)


def deactivate(agent: Agent) -> None:
    with desk_scope(agent.desk_id):
        Agent.objects.filter(pk=agent.pk).update(is_active=False)
    connections.close_all()


def test_an_event_is_published_without_words(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket(subject="Secret words")
    with redis.Redis.from_url(settings.REDIS_URL).pubsub() as heard:
        heard.psubscribe(f"{pubsub.CHANNEL}*")
        heard.get_message(timeout=1)
        pubsub.publish_events(ticket.events.all())
        told = heard.get_message(timeout=1)
    department, assignee = in_rocket.departments["paid"].pk, ticket.assignee_id
    version, _, text = told["data"].decode().partition(" ")
    number, *who, facts = json.loads(text)
    assert [number, *who] == [ticket.number, department, assignee]
    assert set(facts) == {
        "account", "assignee", "channel", "department", "due", "level", "priority", "status"
    }  # fmt: skip
    assert "Secret" not in text
    assert version.isdecimal()
    assert re.fullmatch(rb"plumbline:desk:\d+", told["channel"])
