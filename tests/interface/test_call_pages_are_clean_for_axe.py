"""The pages of calls and the screen pop pass axe, on a phone, too, in light and dark."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from accounts.tenancy import desk_scope
from tests.access.calls import create_call
from tests.axe import find_faults_in_both_themes
from tests.cast import Cast
from tests.interface.conftest import Site

pytestmark = pytest.mark.browser


@pytest.fixture
def call(rocket: Cast) -> int:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket(channel="phone")
        rocket.open_ticket(subject="The server is down")
        return create_call(rocket, ticket).pk


@pytest.fixture
def client(rocket: Cast) -> Client:
    client = Client()
    client.force_login(rocket.admin.user)
    return client


def put(
    site: Site, client: Client, url: str, *, place: str = "/page/", data: object = None
) -> None:
    answer = client.get(url) if data is None else client.post(url, data)
    site.pages[place] = re.sub(r"/rocket/static/|/static/", "/static/", answer.content.decode())


def test_no_page_has_a_fault(client: Client, call: int, site: Site, page: Page) -> None:
    own = f"/rocket/agent/calls/{call}/"
    for url, data in (("/rocket/agent/calls/", None), (own, None), (own, {"outcome": "callback"})):
        put(site, client, url, data=data)
        for width in (1280, 375):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(f"{site.address}/page/")
            assert find_faults_in_both_themes(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") == width


def test_the_screen_pop_is_announced_and_leads_to_the_call(
    client: Client, call: int, site: Site, page: Page
) -> None:
    put(site, client, "/rocket/agent/calls/")
    put(site, client, f"/rocket/agent/calls/{call}/pop/", place=f"/rocket/agent/calls/{call}/pop/")
    page.goto(f"{site.address}/page/")
    for _twice in range(2):
        page.evaluate(
            "id => document.dispatchEvent(new CustomEvent('call', {detail: {data: id}}))", str(call)
        )
    link = page.get_by_role("alert").get_by_role("link", name="Call from Ines Duarte")
    expect(link).to_have_count(1)
    expect(link).to_have_attribute("href", f"/rocket/agent/calls/{call}/")
    page.get_by_role("button", name="Dismiss").click()
    expect(link).to_have_count(0)
