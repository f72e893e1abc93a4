"""The command bar in a real browser, by keyboard, on pages rendered without a database."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import expect

from tests.axe import find_faults
from tests.interface import factories, find_factories

pytestmark = pytest.mark.browser

TICKET = "agent/ticket/page.html"
OPTIONS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}


@pytest.fixture
def page(site, show):
    site.pages["/find"] = render_to_string(
        "agent/find/_options.html", find_factories.make_options()
    )
    for path in ("/mine", "/tickets/1"):
        site.pages[path] = "<title>There</title>"
    return show(TICKET, **factories.make_ticket())


def active(page) -> str:
    return page.evaluate(
        "document.getElementById(document.activeElement.getAttribute('aria-activedescendant'))"
        "?.textContent.trim().replace(/\\s+/g, ' ')"
    )


def test_the_keyboard_alone_goes_to_what_the_server_finds(page):
    page.keyboard.press("Control+k")
    expect(page.locator("#command-words")).to_be_focused()
    page.keyboard.type("printer")
    expect(page.locator("#command-tickets-1")).to_be_visible()
    assert "RC-1 <b>Printer" in active(page)
    assert page.locator("[data-command-status]").inner_text() == "2 results"
    assert find_faults(page, options=OPTIONS) == []
    page.keyboard.press("Enter")
    page.wait_for_url("**/tickets/1")


def test_a_page_of_the_sidebar_is_found_by_the_beginning_of_its_words(page):
    page.keyboard.press("Control+k")
    page.keyboard.type("min")
    assert active(page).startswith("Mine")
    page.keyboard.press("Enter")
    page.wait_for_url("**/mine")


def test_an_act_of_the_page_is_run_as_its_button_is(page):
    page.evaluate(
        """() => {
          const act = document.createElement("button");
          act.dataset.command = "";
          act.textContent = "Water the plants";
          act.addEventListener("click", () => { document.title = "Watered"; });
          document.querySelector("main").append(act);
        }"""
    )
    page.keyboard.press("Control+k")
    page.keyboard.type("plants wat")
    assert active(page) == "Water the plants"
    page.keyboard.press("Enter")
    assert page.title() == "Watered"
    expect(page.locator("#command-bar")).to_be_hidden()


def test_a_property_is_changed_by_its_name_and_value(page):
    page.keyboard.press("Control+k")
    assert "Priority: Low" not in page.inner_text("#command-options")
    page.keyboard.type("priority lo")
    assert active(page) == "Priority: Low"


def test_arrows_walk_around_and_escape_gives_the_focus_back(page):
    page.locator("textarea").first.focus()
    page.keyboard.press("Control+k")
    first = active(page)
    page.keyboard.press("ArrowUp")
    assert active(page) != first
    page.keyboard.press("ArrowDown")
    assert active(page) == first
    page.keyboard.press("Escape")
    expect(page.locator("textarea").first).to_be_focused()


def test_what_was_opened_is_kept_until_someone_signs_in(page, site):
    site.pages["/rocket/agent/tickets/7/"] = site.pages["/page/"]
    page.goto(f"{site.address}/rocket/agent/tickets/7/")
    page.goto(f"{site.address}/page/")
    page.keyboard.press("Control+k")
    recent = page.locator('[data-commands="recent"] [role=option]')
    expect(recent).to_have_count(1)
    assert recent.get_attribute("href") == "/rocket/agent/tickets/7/"
    assert page.evaluate("Object.keys(localStorage)") == ["recent rocket/1"]
    site.pages["/login/"] = site.pages["/page/"].replace("</main>", "<input name=login></main>")
    page.goto(f"{site.address}/login/")
    assert page.evaluate("Object.keys(localStorage)") == []
