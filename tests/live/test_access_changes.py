"""Open streams end as soon as access ends, long before their own periodic check."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
import requests
from allauth.mfa.models import Authenticator
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connections
from django.test import AsyncClient, Client

from accounts.logins.changes import change_login_email, remove_two_factor
from accounts.models import Agent, AgentDepartment, Department, Desk, IdentityProvider, User
from accounts.staff import save_agent
from accounts.tenancy import desk_scope
from helpdesk.desks.suspension import suspend_desk
from helpdesk.live import hub, pages
from helpdesk.live.access import WHOSE
from helpdesk.live.checks import Access, Reader
from helpdesk.live.interests import EVERYTHING
from helpdesk.live.messages import Change
from tests.cast import PASSWORD, Cast
from tests.departments import close_department
from tests.live.streams import events, listening, open_stream, publish, until_subscribed
from tests.login.conftest import code_of, give_app, sign_in_with_password
from tests.stack import Stack, eventually
from tickets.rules.visibility import TicketVisibility

pytestmark = pytest.mark.django_db(transaction=True)

SOON = 5  # seconds; well below the heartbeat, at which streams look by themselves
NEW = "another long passphrase"


def test_access_is_checked_sooner_than_at_the_heartbeat() -> None:
    """Otherwise the tests below could pass without any message."""
    assert hub.HEARTBEAT > 3 * SOON


def deactivate(cast: Cast) -> None:
    agent = Agent.objects.select_related("user").get(pk=cast.analyst.pk)
    agent.is_active = False
    save_agent(agent=agent)


def remove_from_desk(cast: Cast) -> None:
    agent = Agent.objects.get(pk=cast.analyst.pk)
    agent.user = User.objects.create_user("somebody.else@rocket.example", name="Somebody Else")
    agent.save()


def close_login(cast: Cast) -> None:
    user = User.objects.get(pk=cast.analyst.user_id)
    user.is_active = False
    user.save()


def change_password_elsewhere(cast: Cast) -> None:
    browser = Client()
    sign_in_with_password(browser, cast.analyst.user)
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert browser.post("/rocket/login/password/change/", form).status_code == 302


def change_email(cast: Cast) -> None:
    user = User.objects.get(pk=cast.analyst.user_id)
    change_login_email(user=user, email="moved@rocket.example", by=cast.admin.user)


def require_two_factor(cast: Cast) -> None:
    desk = Desk.objects.get(pk=cast.desk.pk)
    desk.require_two_factor = True
    desk.save()


def suspend(cast: Cast) -> None:
    suspend_desk(desk=cast.desk)


def in_thread(happens: Callable[[Cast], object], cast: Cast) -> None:
    with desk_scope(cast.desk):
        happens(cast)
    connections.close_all()


async def hear_out(response: Any, happens: Callable[[Cast], object], cast: Cast) -> bool:
    """Read the stream to its end, which ``happens`` brings about."""
    lines = response.streaming_content
    assert await anext(lines) == b": open\n\n"
    rest = asyncio.ensure_future(drain(lines))
    await until_subscribed()
    await asyncio.to_thread(in_thread, happens, cast)
    await asyncio.wait_for(rest, SOON)
    return True


async def drain(lines: Any) -> None:
    async for _line in lines:
        pass


@pytest.mark.parametrize(
    "happens",
    [
        deactivate,
        remove_from_desk,
        close_login,
        change_password_elsewhere,
        change_email,
        require_two_factor,
        suspend,
    ],
)
def test_a_stream_ends_at_once(rocket: Cast, happens: Callable[[Cast], object]) -> None:
    assert listening(rocket, "analyst", lambda response: hear_out(response, happens, rocket))


def test_a_stream_ends_when_its_browser_signs_out(rocket: Cast) -> None:
    browser = Client()
    browser.force_login(rocket.analyst.user)

    def sign_out(cast: Cast) -> None:
        assert browser.post("/rocket/login/out/").status_code == 302

    assert asyncio.run(listen_with(browser, sign_out, rocket))


async def listen_with(browser: Client, happens: Callable[[Cast], object], cast: Cast) -> bool:
    client = AsyncClient()
    client.cookies = browser.cookies
    response = await open_stream(client, "/rocket/agent/stream/")
    ended = await hear_out(response, happens, cast)
    await sync_to_async(connections.close_all)()
    return ended


def test_a_stream_ends_when_two_factor_is_reset_where_it_is_required(rocket: Cast) -> None:
    require_two_factor(rocket)
    give_app(rocket.analyst.user)
    browser = Client()
    sign_in_with_password(browser, rocket.analyst.user)
    pass_two_factor(browser, rocket.analyst.user)

    def reset(cast: Cast) -> None:
        assert remove_two_factor(user=cast.analyst.user, by=cast.admin.user)

    assert asyncio.run(listen_with(browser, reset, rocket))


def pass_two_factor(browser: Client, user: User) -> None:
    from_app = {"code": code_of(user)}
    assert browser.post("/rocket/login/two-factor/code/", from_app).status_code == 302


def test_a_removed_member_gets_no_more_updates_of_a_members_only_department(
    rocket: Cast,
) -> None:
    paid = close_department(rocket, "paid", members=(rocket.analyst,))

    async def hear(response: Any) -> list[str]:
        lines = response.streaming_content
        assert await anext(lines) == b": open\n\n"
        first = asyncio.ensure_future(events(lines, 1))
        await until_subscribed()
        publish(rocket.desk.pk, Change(1001, paid.pk, 0))
        heard = await first
        rest = asyncio.ensure_future(anext(lines))
        await asyncio.to_thread(in_thread, leave, rocket)
        assert await asyncio.wait_for(rest, SOON) == b": still here\n\n"
        later = asyncio.ensure_future(events(lines, 1))
        publish(rocket.desk.pk, Change(1002, paid.pk, 0))
        publish(rocket.desk.pk, Change(1003, 0, 0))
        return heard + await later

    def leave(cast: Cast) -> None:
        AgentDepartment.objects.filter(agent=cast.analyst, department=paid).delete()

    assert listening(rocket, "analyst", hear) == ["1001", "1003"]


def test_streams_of_other_people_stay_open(rocket: Cast) -> None:
    """A message names whose access changed; other pages neither end nor ask the database."""

    async def hear(response: Any) -> list[str]:
        lines = response.streaming_content
        assert await anext(lines) == b": open\n\n"
        assert await anext(lines) == b": still here\n\n"  # looked once when it was subscribed
        await asyncio.to_thread(in_thread, deactivate, rocket)
        publish(rocket.desk.pk, Change(1001, 0, 0))
        return (await asyncio.wait_for(anext(lines), SOON)).decode().split("\n")[:2]

    assert listening(rocket, "colleague", hear) == ["event: ticket", "data: 1001"]


def test_every_model_that_decides_about_access_is_watched() -> None:
    watched = {Agent, AgentDepartment, Authenticator, Department, Desk, IdentityProvider, User}
    assert set(WHOSE) == watched


def test_an_unchecked_page_gets_nothing_and_keeps_its_latest_changes() -> None:
    page = pages.Page(
        Reader("session", 1, 1), Access(TicketVisibility(1, ())), interest=EVERYTHING, user_id=1
    )
    for number in range(pages.MAX_BACKLOG + 1):
        page.tell(Change(number), version=number)
    assert not page.may_be_told
    assert list(page.changes) == list(range(1, pages.MAX_BACKLOG + 1))


def test_a_stream_of_the_running_product_ends_at_once(stack: Stack, rocket: Cast) -> None:
    """Across processes: changed here, heard in the web server."""
    browser = Client()
    browser.force_login(rocket.analyst.user)
    stack.start_web()
    cookies = {settings.SESSION_COOKIE_NAME: browser.cookies[settings.SESSION_COOKIE_NAME].value}
    reader = StreamReader(f"{stack.url}/rocket/agent/stream/", cookies)
    reader.start()
    eventually(lambda: ": still here" in reader.lines, what="the page is subscribed")
    in_thread(deactivate, rocket)
    eventually(lambda: reader.has_ended, within=SOON, what="the stream ends")


def test_the_web_server_stops_by_itself_while_streams_are_open(stack: Stack, rocket: Cast) -> None:
    browser = Client()
    browser.force_login(rocket.analyst.user)
    stack.start_web()
    cookies = {settings.SESSION_COOKIE_NAME: browser.cookies[settings.SESSION_COOKIE_NAME].value}
    reader = StreamReader(f"{stack.url}/rocket/agent/stream/", cookies)
    reader.start()
    eventually(lambda: ": still here" in reader.lines, what="the page is subscribed")
    stack.stop()
    assert stack.killed == []


class StreamReader(threading.Thread):
    """Reads an event stream to its end."""

    def __init__(self, url: str, cookies: dict[str, str]) -> None:
        super().__init__(daemon=True)
        self.lines: list[str] = []
        self.has_ended = False
        self.url, self.cookies = url, cookies

    def run(self) -> None:
        with (
            suppress(requests.RequestException),  # cut off by the end of the server
            requests.get(self.url, cookies=self.cookies, stream=True, timeout=60) as response,
        ):
            for line in response.iter_lines(chunk_size=1, decode_unicode=True):
                self.lines.append(line)
        self.has_ended = True
