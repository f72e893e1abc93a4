"""A trainee's reply is approved with a key and from the command bar, as its button does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.interface import factories

pytestmark = pytest.mark.browser

TICKET = "agent/ticket/page.html"
Show = Callable[..., Page]
NOTE_SUBMITS = """() => addEventListener("submit", (event) => {
  event.preventDefault();
  document.title = new URL(event.target.action).pathname;
})"""


def show_ticket(show: Show, **context: str) -> Page:
    card = factories.make_pending(counts_down=False, approval=factories.make_approval())
    page = show(TICKET, **(factories.make_ticket() | {"pending": (card,)}), **context)
    page.evaluate(NOTE_SUBMITS)
    return page


def test_the_key_approves(show: Show) -> None:
    page = show_ticket(show)
    page.keyboard.press("y")
    assert page.title() == "/approve"


def test_while_someone_writes_the_key_is_a_letter(show: Show) -> None:
    page = show_ticket(show)
    page.locator("#composer textarea").first.focus()
    page.keyboard.press("y")
    assert page.title() != "/approve"


def test_the_command_bar_names_whose_reply_it_approves(show: Show) -> None:
    page = show_ticket(show)
    page.keyboard.press("Control+k")
    page.keyboard.type("approve ana")
    option = page.locator("#command-options [role=option]").first
    expect(option).to_contain_text("Approve the reply by Ana Souza: Please restart it.")
    page.keyboard.press("Enter")
    assert page.title() == "/approve"


def test_a_persons_own_key_is_not_taken(show: Show) -> None:
    page = show_ticket(show, shortcut_keys='{"r": "y"}')
    page.keyboard.press("y")
    assert page.title() != "/approve"
