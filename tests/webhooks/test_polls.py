"""A long poll costs little, however much happens at the desk, and counts as one request."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory

from accounts.tenancy import desk_scope
from helpdesk.api.access import middleware
from helpdesk.api.access.limits import Usage
from helpdesk.api.access.middleware import ApiAccessMiddleware
from helpdesk.live import polls
from helpdesk.live.polls import HANDOVER, LongPolls, Poll
from tests.cast import Cast
from tests.webhooks.helpers import respond
from tests.webhooks.test_feed import responding_slowly
from tickets.webhooks import feed
from tickets.webhooks.feed import Cursor, read_page

SCOPE = {
    "type": "http",
    "method": "GET",
    "path": "/rocket/api/v1/events/",
    "query_string": b"wait=1",
}


async def _stay() -> Mapping[str, Any]:
    """Be a client that waits."""
    await asyncio.Event().wait()
    raise AssertionError


@pytest.mark.parametrize("is_busy", [True, False])
def test_a_busy_desk_lets_no_poll_run_all_the_time(
    monkeypatch: pytest.MonkeyPatch, is_busy: bool
) -> None:
    """Each look finds a change that the poll doesn't ask for; or events that aren't settled."""
    monkeypatch.setattr(polls, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(polls, "AGAIN_SECONDS", 0.4)
    versions, runs = count(1), []

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        poll = scope[HANDOVER]
        runs.append((poll.is_again, poll.usage))
        poll.seconds, poll.is_empty, poll.after, poll.usage = 1, True, "5-5-9", "counted"
        poll.is_behind = not is_busy
        await send({"run": len(runs)})

    async def read_version(*_: Any) -> int:
        return next(versions) if is_busy else 0

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    monkeypatch.setattr(LongPolls, "_read_version", read_version)
    asyncio.run(LongPolls(answer)(SCOPE, _stay, send))
    assert runs[0] == (False, None)
    assert set(runs[1:]) == {(True, "counted")}
    assert 2 <= len(runs) <= 4
    assert sent == [{"run": len(runs)}]


def test_a_poll_is_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[Any] = []

    def count_it(request: Any) -> Usage:
        counted.append(request)
        return Usage("person", 100, 100 - len(counted), 60)

    monkeypatch.setattr(middleware, "count_request", count_it)
    usage = None
    for is_again in (False, True, True):
        request: Any = RequestFactory().get("/api/v1/events/")
        request.user = AnonymousUser()
        request.scope = {HANDOVER: Poll(is_again=is_again, usage=usage)}
        response = ApiAccessMiddleware(lambda _request: HttpResponse())(request)
        assert response["RateLimit"] == '"person";r=99;t=60'
        usage = request.scope[HANDOVER].usage
    assert len(counted) == 1


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_with_a_connection_and_a_repeated_answer_does_not_wait(
    rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    monkeypatch.setattr(feed, "TRIES", 2)
    monkeypatch.setattr(feed, "release_connection", lambda: done.append("release"))
    clock = SimpleNamespace(sleep=lambda _seconds: done.append("sleep"))
    monkeypatch.setattr(feed, "time", clock)
    with desk_scope(rocket.desk):
        first, second = rocket.open_ticket(), rocket.open_ticket()
        start = read_page(rocket.admin, Cursor(), kinds=(), limit=200).cursor
        with responding_slowly(rocket, first):
            respond(rocket, second)
            done.clear()
            assert read_page(rocket.admin, start, kinds=(), limit=200).events == []
            assert done == ["release", "sleep"] * 2
            done.clear()
            page = read_page(rocket.admin, start, kinds=(), limit=200, waits=False)
            assert (page.events, done) == ([], [])
            assert page.cursor.after < page.cursor.newest
