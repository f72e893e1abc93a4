"""Forms that open in a dialog over the ticket, in a real browser, rendered without a database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.axe import find_faults
from tests.interface import factories

pytestmark = pytest.mark.browser

TICKET = "agent/ticket/page.html"
PART = """
<div data-dialog-part>
  <header class="page-head"><h1 class="page-title">Close ticket</h1></header>
  <form class="form" method="post" action="/closure">
    {errors}
    <label for="id_body">Reason</label><input id="id_body" name="reason" value="{value}">
    <button type="submit" class="button button-primary">Close ticket</button>
    <a class="button button-quiet" href="/page/">Cancel</a>
  </form>
</div>
"""
ERRORS = (
    '<div class="form-errors" role="alert" tabindex="-1"><a href="#id_body">Too short</a></div>'
)
Show = Callable[..., Page]


class Desk:
    """Answers what the dialog asks for."""

    def __init__(self, page: Page) -> None:
        self.posts: list[str] = []
        self.answer: dict[str, Any] = {"status": 204, "headers": {"Dialog-Location": "/next"}}
        page.route("**/closure", self._serve)

    def _serve(self, route: Route) -> None:
        request = route.request
        assert request.headers["dialog"] == "form"
        if request.method == "POST":
            self.posts.append(request.post_data or "")
            route.fulfill(**self.answer)
        else:
            route.fulfill(body=PART.format(errors="", value=""), content_type="text/html")


def open_dialog(show: Show) -> tuple[Page, Desk]:
    page = show(TICKET, **factories.make_ticket())
    desk = Desk(page)
    page.get_by_role("link", name="Close ticket").click()
    expect(page.get_by_role("dialog", name="Close ticket")).to_be_visible()
    return page, desk


def test_the_focus_goes_into_the_form_and_returns_with_escape(show: Show) -> None:
    page, _desk = open_dialog(show)

    expect(page.get_by_role("dialog").get_by_label("Reason")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#form-dialog")).to_be_hidden()
    expect(page.get_by_role("link", name="Close ticket")).to_be_focused()


def test_the_link_for_cancel_closes_the_dialog(show: Show) -> None:
    page, _desk = open_dialog(show)

    page.get_by_role("link", name="Cancel").click()
    expect(page.locator("#form-dialog")).to_be_hidden()
    assert page.url.endswith("/page/")


def test_a_refused_form_keeps_what_was_typed_and_can_be_sent_again(show: Show) -> None:
    page, desk = open_dialog(show)
    body = PART.format(errors=ERRORS, value="no")
    desk.answer = {"status": 422, "body": body, "content_type": "text/html"}

    page.keyboard.type("no")
    page.keyboard.press("Enter")
    expect(page.locator(".form-errors")).to_be_focused()
    expect(page.get_by_label("Reason")).to_have_value("no")
    desk.answer = {"status": 204, "headers": {"Dialog-Location": "/next"}}
    page.get_by_role("button", name="Close ticket").click()
    page.wait_for_url("**/next")
    assert len(desk.posts) == 2
    assert "no" in desk.posts[0]


@pytest.mark.parametrize("status", [404, 500])
def test_an_error_page_becomes_a_sentence_above_the_form(show: Show, status: int) -> None:
    page, desk = open_dialog(show)
    error = '<main class="error-main"><h1>Not here</h1><p>It was moved.</p></main>'
    desk.answer = {"status": status, "body": error, "content_type": "text/html"}

    page.keyboard.type("Fixed in 7.2")
    page.keyboard.press("Enter")
    expect(page.locator("[data-dialog-error]")).to_have_text("Not here It was moved.")
    expect(page.get_by_label("Reason")).to_have_value("Fixed in 7.2")
    expect(page.get_by_role("button", name="Close ticket")).to_be_enabled()


def test_a_lost_connection_loses_no_text(show: Show) -> None:
    page, _desk = open_dialog(show)
    page.unroute("**/closure")
    page.route("**/closure", lambda route: route.abort())

    page.keyboard.type("Fixed in 7.2")
    page.keyboard.press("Enter")
    expect(page.locator("[data-dialog-error]")).to_contain_text("The server can't be reached.")
    expect(page.get_by_label("Reason")).to_have_value("Fixed in 7.2")
    expect(page.get_by_role("button", name="Close ticket")).to_be_enabled()


def test_ids_that_the_page_uses_too_are_renamed(show: Show) -> None:
    page = show(TICKET, **factories.make_ticket())
    Desk(page)
    page.evaluate("document.querySelector('textarea').id = 'id_body'")

    page.get_by_role("link", name="Close ticket").click()
    expect(page.get_by_role("dialog").get_by_label("Reason")).to_be_focused()
    assert page.locator("#id_body").count() == 1


def test_a_page_without_a_form_opens_as_a_page(show: Show) -> None:
    page = show(TICKET, **factories.make_ticket())

    page.get_by_role("link", name="Close ticket").click()
    page.wait_for_url("**/closure")


def test_an_open_dialog_passes_axe(show: Show) -> None:
    page, _desk = open_dialog(show)
    assert find_faults(page, context="#form-dialog") == []


@pytest.mark.parametrize("width", [375, 1024])
def test_on_a_small_screen_the_panel_is_a_drawer(show: Show, width: int) -> None:
    page = show(TICKET, **factories.make_ticket())
    page.set_viewport_size({"width": width, "height": 800})
    panel = page.locator("#ticket-panel")

    expect(panel).to_be_hidden()
    page.get_by_role("button", name="Details").click()
    expect(panel).to_be_visible()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(page.get_by_role("button", name="Details")).to_be_focused()


def test_what_the_ticket_is_stays_in_view(show: Show) -> None:
    page = show(TICKET, **factories.make_ticket())
    page.set_viewport_size({"width": 1440, "height": 500})
    page.evaluate("scrollTo(0, 400)")
    for text in ("First response", "Mission Critical"):
        expect(page.locator("#ticket-bar").get_by_text(text)).to_be_in_viewport()
    expect(page.get_by_role("button", name="Details")).to_be_hidden()
