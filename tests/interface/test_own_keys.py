"""Keys that a person has changed or turned off, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.interface import factories

pytestmark = pytest.mark.browser

QUEUE = "agent/queue/page.html"
Show = Callable[..., Page]


def show_queue(show: Show, keys: str) -> Page:
    rows = (factories.make_row(number, unread=False) for number in (1, 2))
    return show(QUEUE, **factories.make_queue(*rows), shortcut_keys=keys)


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent.trim()"))


def test_a_changed_key_works_and_the_shipped_one_does_not(show: Show) -> None:
    page = show_queue(show, '{"j": "h"}')
    page.keyboard.press("j")
    assert focused(page) != "Subject 1"
    page.keyboard.press("h")
    assert focused(page) == "Subject 1"


def test_a_key_that_is_off_does_nothing_and_is_not_listed(show: Show) -> None:
    page = show_queue(show, '{"g m": "", "k": ""}')
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert focused(page) == "Subject 2"
    page.keyboard.press("?")
    sheet = page.locator("#shortcuts-dialog")
    expect(sheet).to_be_visible()
    assert "Mine" not in sheet.inner_text()
    assert "Next ticket" in sheet.inner_text()


def test_the_sheet_shows_the_keys_as_they_are_and_where_to_change_them(show: Show) -> None:
    page = show_queue(show, '{"?": "h"}')
    page.keyboard.press("?")
    expect(page.locator("#shortcuts-dialog")).to_be_hidden()
    page.keyboard.press("h")
    sheet = page.locator("#shortcuts-dialog")
    expect(sheet).to_be_visible()
    assert sheet.get_by_role("link").get_attribute("href") == "/shortcuts"
