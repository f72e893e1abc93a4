"""The counter of a reply counts as the chosen way does, and rests where nothing is limited."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.interface import factories

pytestmark = pytest.mark.browser

TICKET = "agent/ticket/page.html"
COUNTER = "[data-reply-counter]"


def open_composer(show: Any, **limits: Any) -> Page:
    channel, email = factories.make_choices()
    page: Page = show(TICKET, **factories.make_ticket(choices=(replace(channel, **limits), email)))
    return page


@pytest.mark.parametrize(
    ("limits", "text", "said"),
    [
        ({"max_chars": 10}, "Hello", "Characters left: 5"),
        ({"max_chars": 10}, "  Hello  ", "Characters left: 5"),
        ({"max_chars": 10}, "👍👍", "Characters left: 8"),
        ({"max_chars": 10}, "Hello again, Maria", "Messages: 2"),
        ({"max_chars": 10, "may_split": False}, "Hello again", "Too long: 11 of 10 characters."),
        ({"max_chars": 0, "max_bytes": 10}, "äöü", "Characters left: 4"),
        ({"max_chars": 40, "unit": "weighted"}, "See https://x.example/a", "Characters left: 13"),
        ({"max_chars": 10, "unit": "weighted"}, "漢字", "Characters left: 6"),
    ],
)
def test_it_counts_as_the_vendor_does(
    show: Any, limits: dict[str, Any], text: str, said: str
) -> None:
    page = open_composer(show, **limits)
    page.fill("#id_body", text)
    expect(page.locator(COUNTER)).to_contain_text(said)


def test_another_way_and_a_note_have_no_counter(show: Any) -> None:
    page = open_composer(show, max_chars=10)
    page.fill("#id_body", "Hello")
    expect(page.locator(COUNTER)).to_be_visible()
    page.check("input[name=via][value=email]")
    expect(page.locator(COUNTER)).to_be_hidden()
    page.check("input[name=via][value=channel]")
    page.check("input[name=kind][value=note]", force=True)
    expect(page.locator(COUNTER)).to_be_hidden()
    expect(page.locator("input[name=via]").first).to_be_hidden()
