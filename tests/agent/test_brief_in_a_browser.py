"""The summary and the question about business impact in a real browser."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from accounts.tenancy import desk_scope
from tests.cast import NOON, Cast
from tests.live.test_two_agents import OPTIONS, Room
from tests.stack import Stack
from tickets.models import Ticket
from tickets.services import save_summary

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEXTS = {
    "problem": "Nobody can sign in with single sign-on since the certificate was renewed",
    "tried": "Restart of the proxy, another browser, a new certificate from the same authority",
    "next_step": "Ana compares the fingerprint in the settings with the one of the provider",
}


@pytest.fixture
def page(rocket: Cast, stack: Stack, chromium: Browser) -> Page:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket(text="Since yesterday it fails in Firefox 128.0 on Windows 11.")
        save_summary(ticket_id=ticket.pk, agent=rocket.analyst, fields=TEXTS, at=NOON)
    stack.start_web()
    return Room(rocket, ticket, stack, chromium).open_page(rocket.analyst)


def test_impact_is_one_click_and_what_is_being_written_stays(page: Page, rocket: Cast) -> None:
    page.fill("textarea[name=body]", "Please restart it.")
    page.click(".brief-impact button[value=stopped]")
    expect(page.locator(".brief-impact")).to_have_count(0)
    expect(page.locator("#ticket-bar")).to_contain_text("Work is stopped")
    expect(page.locator("textarea[name=body]")).to_have_value("Please restart it.")
    with desk_scope(rocket.desk):
        assert Ticket.objects.get().impact == "stopped"

    page.set_viewport_size({"width": 375, "height": 800})
    page.click(".brief-summary summary")
    expect(page.locator(".brief-summary .facts")).to_contain_text("Restart of the proxy")
    assert page.evaluate("document.documentElement.scrollWidth") == 375
    brief = page.locator(".brief").bounding_box()
    assert brief is not None
    assert brief["x"] + brief["width"] <= 375
    assert Axe().run(page, options=OPTIONS).response["violations"] == []
