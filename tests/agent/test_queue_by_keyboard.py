"""The ticket list by keyboard in a real browser: select, preview, walk, and come back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.tenancy import desk_scope
from tests.cast import NOON, Cast
from tests.live.test_two_agents import Room
from tests.stack import Stack
from tickets.models import Ticket
from tickets.saved_views.saving import ViewValues, save_view

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(rocket: Cast, stack: Stack, chromium: Browser) -> Page:
    """The analyst's browser, on a list of four tickets, oldest first."""
    with desk_scope(rocket.desk):
        tickets = [rocket.open_ticket(subject=f"Subject {i}") for i in range(1, 5)]
        save_view(values=ViewValues(name="By email"), by=rocket.analyst, at=NOON)
    stack.start_web()
    page = Room(rocket, tickets[0], stack, chromium).open_page(rocket.analyst)
    page.goto(f"{stack.url}/rocket/agent/?sort=oldest")
    return page


def focused(page: Page) -> str:
    text: str = page.evaluate("document.activeElement.textContent.trim()")
    return text


def test_the_daily_keys_of_a_list(page: Page, rocket: Cast) -> None:
    # Selecting: x, and with shift up to there; Escape ends it.
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-selection-count]")).to_have_text("Selected: 1")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Shift+X")
    expect(page.locator("[data-selection-count]")).to_have_text("Selected: 3")
    page.keyboard.press("Escape")
    expect(page.locator("[data-selection-count]")).to_have_text("")
    expect(page.locator("input[data-select]:checked")).to_have_count(0)

    # Preview: Space, follows the focus, Escape closes it.
    page.keyboard.press("Space")
    expect(page.locator("#peek .peek-title")).to_have_text("Subject 3")
    page.keyboard.press("k")
    expect(page.locator("#peek .peek-title")).to_have_text("Subject 2")
    page.keyboard.press("Escape")
    expect(page.locator("#peek")).to_be_hidden()
    assert focused(page).endswith("Subject 2")

    # Walking: open, next, back to the list and the row.
    page.keyboard.press("Enter")
    expect(page.locator(".ticket-head h1")).to_contain_text("Subject 2")
    page.keyboard.press("j")
    expect(page.locator(".ticket-head h1")).to_contain_text("Subject 3")
    page.keyboard.press("u")
    page.wait_for_url("**/agent/?sort=oldest")
    expect(page.locator("a[data-row]:focus")).to_contain_text("Subject 3")

    # A ticket's page that has lost its list finds the way in this tab.
    number = _get_number(rocket, "Subject 3")
    page.goto(page.url.partition("?")[0] + f"tickets/{number}/")
    expect(page.locator("#walk a[rel=next]")).to_be_visible()
    page.keyboard.press("k")
    expect(page.locator(".ticket-head h1")).to_contain_text("Subject 2")

    # Counts come by themselves.
    page.keyboard.press("u")
    expect(page.locator(".nav-item", has_text="By email").locator(".nav-count")).to_have_text("4")


def _get_number(rocket: Cast, subject: str) -> int:
    with desk_scope(rocket.desk):
        return Ticket.objects.get(subject=subject).number
