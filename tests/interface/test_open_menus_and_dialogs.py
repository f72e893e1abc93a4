"""What opens over an agent's page passes axe in light and dark: menus, forms, the two sheets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pprint import pformat
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.access.people import World
from tests.axe import IN_DARK, IN_LIGHT, find_faults
from tests.interface.conftest import Site
from tests.interface.test_every_page_in_a_browser import read_pages, world
from tests.stack import eventually

__all__ = ["world"]  # a fixture
pytestmark = pytest.mark.browser

MENU = re.compile(r"<details[^>]*\bdata-menu\b.*?</details>", re.DOTALL)
NAME = re.compile(r'aria-label(?:ledby)?="([^"]+)"|class="(?!icon)([^"]+)"')
DIALOG_LINK = re.compile(r'<a\b[^>]*?href="([^"]+)"[^>]*?\bdata-dialog\b', re.DOTALL)
OPEN_MENU = "details[data-menu][open] > :not(summary)"
CLOSE_MENUS = "document.querySelectorAll('details[data-menu]').forEach((m) => (m.open = false))"
IS_STILL = "document.getAnimations().length === 0"


def check(page: Page, context: str) -> list[Any]:
    """Return the faults of an open part in both themes."""
    expect(page.locator(context)).to_be_visible()
    told = []
    for scheme, options in (("light", IN_LIGHT), ("dark", IN_DARK)):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        eventually(lambda: page.evaluate(IS_STILL))
        told += find_faults(page, options=options, context=context)
    return told


def show(site: Site, page: Page, html: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    site.pages["/page/"] = re.sub(r"/rocket/static/|/static/", "/static/", html)
    page.goto(f"{site.address}/page/")


def list_new_menus(pages: dict[str, str]) -> Iterator[tuple[str, list[int]]]:
    """Return pages with the places of those menus that no page before has, by names and classes."""
    seen = set()
    for name, html in pages.items():
        found = []
        for place, menu in enumerate(MENU.findall(html)):
            if (names := frozenset(NAME.findall(menu))) not in seen:
                seen.add(names)
                found.append(place)
        if found:
            yield name, found


def test_no_open_menu_has_a_fault(world: World, site: Site, page: Page) -> None:
    pages, faults, opened = read_pages(world, "agent"), {}, 0
    for name, places in list_new_menus(pages):
        show(site, page, pages[name])
        for place in places:
            summary = page.locator("details[data-menu] > summary").nth(place)
            page.evaluate(CLOSE_MENUS)
            summary.click()
            opened += 1
            if told := check(page, OPEN_MENU):
                faults[f"{name}, menu {place}"] = told
    assert opened >= 12
    assert not faults, pformat(faults, width=180)


def test_no_open_dialog_has_a_fault(world: World, site: Site, page: Page) -> None:
    client, ticket = world.sign_in("d"), f"/rocket/agent/tickets/{world.values['number']}/"
    html = client.get(ticket).content.decode()
    links = list(dict.fromkeys(DIALOG_LINK.findall(html)))
    assert len(links) >= 5
    for link in links:
        form = client.get(link, headers={"Dialog": "form"}).content.decode()
        site.pages[link.partition("?")[0]] = form
    faults = {}
    show(site, page, html)
    for link in links:
        opener = page.locator(f'a[data-dialog][href="{link}"]').first
        opener.evaluate("element => element.click()")  # also in a closed menu
        expect(page.locator("#form-dialog [data-dialog-part]")).to_be_visible()
        if told := check(page, "#form-dialog"):
            faults[link] = told
        page.keyboard.press("Escape")
        expect(page.locator("#form-dialog")).to_be_hidden()
    for key, sheet in (("?", "#shortcuts-dialog"), ("Control+k", "#command-bar")):
        page.locator("#main").focus()
        page.keyboard.press(key)
        if told := check(page, sheet):
            faults[sheet] = told
        page.keyboard.press("Escape")
        expect(page.locator(sheet)).to_be_hidden()
    assert not faults, pformat(faults, width=180)
