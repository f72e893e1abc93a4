"""After htmx has swapped a part: what arrived live is marked, and the focus is not lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Page, expect

from tests.interface import factories

pytestmark = pytest.mark.browser

QUEUE = "agent/queue/page.html"
SWAP_BODY = """(html) => {
  const trigger = (name) => document.dispatchEvent(new CustomEvent(name, { detail: { ctx: {} } }));
  trigger('htmx:before:swap');
  document.querySelector('[data-rows]').innerHTML = html;
  trigger('htmx:after:swap');
}"""
Show = Callable[..., Page]


def make_queue(*numbers: int) -> dict[str, Any]:
    rows = (factories.make_row(number, unread=False) for number in numbers)
    return {**factories.make_queue(*rows), "csrf_token": "token"}


def make_rows(*numbers: int) -> str:
    rows = (factories.make_row(number, unread=False) for number in numbers)
    return "".join(render_to_string("agent/queue/_row.html", {"row": row}) for row in rows)


def test_a_row_that_arrives_live_is_marked_and_the_others_are_not(show: Show) -> None:
    page = show(QUEUE, **make_queue(1, 2))
    page.evaluate(
        """(html) => {
          const part = document.querySelector('[data-live-queue]');
          const detail = { ctx: { sourceElement: part } };
          part.querySelector('[data-rows]').innerHTML = html;
          part.dispatchEvent(new CustomEvent('htmx:after:swap', { detail, bubbles: true }));
        }""",
        make_rows(3, 1, 2),
    )
    assert page.locator("[data-arrived]").count() == 1
    assert "Subject 3" in page.locator("[data-arrived]").inner_text()
    expect(page.locator("[data-arrived]")).to_have_count(0)


def test_rows_that_the_reader_asked_for_are_not_marked(show: Show) -> None:
    page = show(QUEUE, **make_queue(1, 2))
    page.evaluate(SWAP_BODY, make_rows(3, 4))
    assert page.locator("[data-arrived]").count() == 0


def test_the_focus_stays_on_a_row_that_was_rendered_anew(show: Show) -> None:
    page = show(QUEUE, **make_queue(1, 2))
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.evaluate(SWAP_BODY, make_rows(3, 1, 2))
    assert page.evaluate("document.activeElement.textContent.trim()") == "Subject 2"


def test_the_focus_of_a_row_that_left_goes_to_the_page(show: Show) -> None:
    page = show(QUEUE, **make_queue(1, 2))
    page.keyboard.press("j")
    page.evaluate(SWAP_BODY, make_rows(2))
    assert page.evaluate("document.activeElement.id") == "main"
