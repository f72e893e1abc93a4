"""Mentions while a note is typed, and a ticket that is read by being in view, in Chromium."""

from __future__ import annotations

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from accounts.models import Agent
from accounts.tenancy import desk_scope
from tests.agent.conftest import SignIn
from tests.cast import NOON, Cast
from tests.interface.conftest import Site
from tickets.deliveries import deliver_due

pytestmark = pytest.mark.browser

PAGE = "/rocket/agent/tickets/1001/"


@pytest.fixture
def opened(rocket: Cast, site: Site, page: Page, sign_in: SignIn) -> Page:
    """Open a ticket of the analyst, who is on its page with an unread notification of it."""
    with desk_scope(rocket.desk):
        Agent.objects.filter(pk=rocket.colleague.pk).update(name="Bruno Azevedo")
        rocket.open_ticket()
        deliver_due(desk_id=rocket.desk.pk, at=NOON)
    client: Client = sign_in(rocket.analyst.user)
    found = client.get(f"{PAGE}mentions/", {"q": "br"}).content.decode()
    site.pages[PAGE] = client.get(PAGE).content.decode()
    site.pages[f"{PAGE}mentions/"] = found
    page.goto(f"{site.address}{PAGE}")
    return page


def test_a_name_is_offered_in_a_note_and_chosen_by_keyboard(opened: Page) -> None:
    opened.locator("[name=kind][value=note]").check()
    field = opened.locator("#id_body")
    field.press_sequentially("Ask @br")
    options = opened.get_by_role("listbox", name="People to mention")
    expect(options).to_be_visible()
    expect(field).to_have_attribute("aria-activedescendant", "mention-1")
    field.press("Enter")
    expect(field).to_have_value("Ask @Bruno Azevedo ")
    expect(options).to_be_hidden()
    field.press_sequentially("and @br")
    expect(options).to_be_visible()
    field.press("Escape")
    expect(options).to_be_hidden()
    expect(field).to_have_value("Ask @Bruno Azevedo and @br")


def test_nobody_is_offered_in_a_reply(opened: Page) -> None:
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.locator("#id_body").press_sequentially("Ask @br")
    opened.locator("[name=kind][value=note]").check()
    opened.locator("#id_body").press_sequentially("u")
    expect(opened.get_by_role("listbox")).to_be_visible()
    assert sum("mentions/" in url for url in asked) == 1


def test_a_ticket_in_view_is_posted_as_read(opened: Page) -> None:
    with opened.expect_response(lambda response: response.url.endswith(f"{PAGE}read/")):
        opened.reload()
    expect(opened.locator("[data-read]")).to_have_count(0)
