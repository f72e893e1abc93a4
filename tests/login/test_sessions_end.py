"""A new password or a closed account ends all sessions and open streams (security goal 16)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connections
from django.test import AsyncClient, Client

from accounts.models import Agent, Desk, User
from accounts.tenancy import desk_scope
from helpdesk.live import access, hub, pages, pubsub
from helpdesk.live.messages import Change
from tests.cast import PASSWORD, Cast
from tests.live.streams import events, open_stream
from tests.login.conftest import code_of, give_app, link_in, sign_in_with_password

NEW = "another long passphrase"
CHANGE = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}


@pytest.fixture
def browsers(in_rocket: Cast) -> list[Client]:
    """Two browsers in which the analyst has signed in."""
    both = [Client(), Client()]
    for browser in both:
        sign_in_with_password(browser, in_rocket.analyst.user)
        assert is_in(browser)
    return both


def is_in(browser: Client, page: str = "/rocket/agent/") -> bool:
    return browser.get(page).status_code == 200


def test_a_changed_password_ends_the_other_sessions(browsers: list[Client]) -> None:
    assert browsers[0].post("/rocket/login/password/change/", CHANGE).status_code == 302
    assert [is_in(browser) for browser in browsers] == [True, False]


def test_a_password_set_by_email_ends_all_sessions(in_rocket: Cast, browsers: list[Client]) -> None:
    reset_password(in_rocket.analyst.user)
    assert [is_in(browser) for browser in browsers] == [False, False]


def reset_password(user: User) -> None:
    visitor = Client()
    visitor.post("/rocket/login/password/reset/", {"email": user.email})
    form = visitor.get(link_in(mail.outbox[-1]))
    assert visitor.post(form["Location"], {"password1": NEW, "password2": NEW}).status_code == 302


def test_a_changed_password_ends_links_that_were_emailed_before(
    in_rocket: Cast, browsers: list[Client]
) -> None:
    Client().post("/rocket/login/password/reset/", {"email": in_rocket.analyst.user.email})
    browsers[0].post("/rocket/login/password/change/", CHANGE)
    assert "no longer works" in Client().get(link_in(mail.outbox[0])).content.decode()


def test_a_closed_account_is_signed_out_at_once(in_rocket: Cast, browsers: list[Client]) -> None:
    User.objects.filter(pk=in_rocket.analyst.user_id).update(is_active=False)
    assert [is_in(browser) for browser in browsers] == [False, False]
    assert browsers[0].get("/rocket/api/v1/tickets/").status_code in {401, 403}


def test_an_agent_who_left_the_desk_is_out_at_once_but_not_at_another_desk(
    in_rocket: Cast, matter: Cast, browsers: list[Client]
) -> None:
    with desk_scope(matter.desk):
        Agent.objects.create(desk=matter.desk, user=in_rocket.analyst.user, name="Analyst")
    with desk_scope(in_rocket.desk):
        Agent.objects.filter(pk=in_rocket.analyst.pk).update(is_active=False)
    assert browsers[0].get("/rocket/agent/").status_code == 404
    assert browsers[0].get("/rocket/api/v1/tickets/").status_code in {403, 404}
    assert is_in(browsers[0], "/matter/agent/")


def test_signing_out_leaves_no_session_behind(browsers: list[Client]) -> None:
    keys = [browser.session.session_key for browser in browsers]
    browsers[0].post("/rocket/login/out/")
    assert [Session.objects.filter(pk=key).exists() for key in keys] == [False, True]


def test_the_session_gets_a_new_id_after_the_second_step(in_rocket: Cast, client: Client) -> None:
    give_app(in_rocket.analyst.user)
    sign_in_with_password(client, in_rocket.analyst.user)
    before = client.session.session_key
    client.post("/rocket/login/two-factor/code/", {"code": code_of(in_rocket.analyst.user)})
    assert client.session.session_key != before
    assert not Session.objects.filter(pk=before).exists()


def change_password(cast: Cast) -> None:
    user = User.objects.get(pk=cast.analyst.user_id)
    user.set_password(NEW)
    user.save()


def close_login(cast: Cast) -> None:
    User.objects.filter(pk=cast.analyst.user_id).update(is_active=False)


def leave_desk(cast: Cast) -> None:
    with desk_scope(cast.desk):
        Agent.objects.filter(pk=cast.analyst.pk).update(is_active=False)


def require_two_factor(cast: Cast) -> None:
    Desk.objects.filter(pk=cast.desk.pk).update(require_two_factor=True)


def sign_out(cast: Cast) -> None:
    Session.objects.all().delete()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "happens", [change_password, close_login, leave_desk, sign_out, require_two_factor]
)
@pytest.mark.parametrize("is_busy", [False, True], ids=["quiet", "busy"])
def test_an_open_stream_ends_without_a_message_too(
    rocket: Cast, monkeypatch: pytest.MonkeyPatch, happens: Callable[[Cast], None], is_busy: bool
) -> None:
    """The database is asked at each heartbeat. tests/live/test_access_changes.py has messages."""
    monkeypatch.setattr(access, "publish_access_change", lambda whose: None)
    monkeypatch.setattr(hub, "HEARTBEAT", 0.05)
    monkeypatch.setattr(hub, "hub", hub.Hub())
    monkeypatch.setattr(pages, "LIST_PAUSE", 0.01)
    assert asyncio.run(asyncio.wait_for(hear_out(rocket, happens, is_busy), 20))


async def hear_out(cast: Cast, happens: Callable[[Cast], None], is_busy: bool) -> bool:
    """Listen as the analyst until the stream ends. With is_busy, tickets change all the time."""
    client = AsyncClient()
    await client.aforce_login(cast.analyst.user)
    response = await open_stream(client, "/rocket/agent/stream/")
    lines = response.streaming_content
    assert await anext(lines) == b": open\n\n"
    assert await anext(lines) == b": still here\n\n"
    noise = asyncio.create_task(make_noise(cast.desk.pk)) if is_busy else None
    if noise is not None:
        assert await events(lines, 1) == ["1001"]
    await asyncio.to_thread(in_thread, happens, cast)
    async for _line in lines:
        pass
    if noise is not None:
        noise.cancel()
    await sync_to_async(connections.close_all)()
    return True


async def make_noise(desk_id: int) -> None:
    """Put ticket changes into the open pages' queues, faster than the heartbeat."""
    while True:
        await hub.hub._distribute(f"{pubsub.CHANNEL}{desk_id}", f"1 {Change(1001)}")
        await asyncio.sleep(0.01)


def in_thread(happens: Callable[[Cast], None], cast: Cast) -> Any:
    happens(cast)
    connections.close_all()
