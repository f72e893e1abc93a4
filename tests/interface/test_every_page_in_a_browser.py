"""Pages of agents, customers and sign-in pass axe in light and dark and fit on a phone.

All texts of the desk are as long as their columns allow and hold no blank: names, addresses,
subjects, file names. The pages are those of the URL configuration, so a new one is tried as well.
"""

from __future__ import annotations

import re
from pprint import pformat
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from accounts.models import Agent, Contact, Desk, User
from accounts.tenancy import desk_scope
from helpdesk.desks.tables import list_desk_models
from tests.access.canaries import APPEND_ONLY, is_text, takes_text
from tests.access.people import World, create_world
from tests.access.routes import ROUTES, Route
from tests.axe import find_faults_in_both_themes
from tests.cast import NOON, Cast
from tests.interface.conftest import Site
from tickets.models import RECORD_FIELDS, TroubleshootingRecord
from tickets.services.troubleshooting import save_record

pytestmark = pytest.mark.browser

PHONE = 375
LONGEST = 120
ADDRESSES = {"email", "address", "to_address", "from_address", "reply_to", "sender"}
# Who looks at the pages of an interface: letters of tests.access.policy.PEOPLE.
READERS = {"agent": "d", "portal": "nm", "login": "nm"}


@pytest.fixture
def world(db: None) -> World:
    world = create_world()
    lengthen_texts(world.rocket)
    lengthen_record(world)
    return world


def lengthen_texts(cast: Cast) -> None:
    """Fill every text column of the desk with one long word."""
    with desk_scope(cast.desk):
        for model in list_desk_models():
            fields = [] if model._meta.label in APPEND_ONLY else model._meta.concrete_fields
            texts = [field for field in fields if is_text(field)]
            for row in model._base_manager.filter(desk_id=cast.desk.pk) if texts else ():
                values = {
                    field.attname: make_text(field, row.pk)
                    for field in texts
                    if takes_text(row, field)
                }
                model._base_manager.filter(pk=row.pk).update(**values)
        people = [*Agent.objects.filter(desk=cast.desk), *Contact.objects.filter(desk=cast.desk)]
        for user_id in {person.user_id for person in people if person.user_id}:
            address = f"{'m' * 50}{user_id}@{'d' * 60}.example"
            User.objects.filter(pk=user_id).update(name="W" * LONGEST, email=address)
    Desk.objects.filter(pk=cast.desk.pk).update(name="D" * 80, hotline="+" + "5" * 39)


def lengthen_record(world: World) -> None:
    """Add a version of the ticket's troubleshooting record with one long word in each text."""
    columns = [TroubleshootingRecord._meta.get_field(name) for name in RECORD_FIELDS]
    texts = {column.name: make_text(column, 0) for column in columns if not column.choices}
    ticket, agent = world.values["ticket"], world.rocket.analyst
    with desk_scope(world.rocket.desk):
        save_record(ticket_id=ticket.pk, agent=agent, fields=texts, at=NOON)


def make_text(field: Any, pk: int) -> str:
    if field.name in ADDRESSES:
        return f"{'m' * 50}{pk}@{'d' * 60}.example"
    if field.name == "domain":
        return f"{'d' * 50}{pk}.example"
    length = min(field.max_length or LONGEST, LONGEST)
    return f"{'W' * length}{pk}"[-length:]


def list_pages(interface: str) -> list[Route]:
    spaces = {route.name.partition(":")[0] if ":" in route.name else "login" for route in ROUTES}
    assert {"agent", "portal", "login"} <= spaces
    prefix = f"{interface}:"
    return [
        route
        for route in ROUTES
        if (route.name.startswith(prefix) if interface != "login" else ":" not in route.name)
    ]


def read_pages(world: World, interface: str) -> dict[str, str]:
    """Return the HTML of each page that opens, by route and reader."""
    found = {}
    for reader in READERS[interface]:
        client: Client = world.sign_in(reader)
        for route in list_pages(interface):
            if route.name == "agent:stream":
                continue
            answer = client.get(world.get_url(route))
            is_page = answer.headers.get("Content-Type", "").startswith("text/html")
            if answer.status_code == 200 and is_page and b"<html" in answer.content:
                found[f"{route.name} {reader}"] = answer.content.decode()
    return found


@pytest.mark.parametrize("interface", READERS)
def test_no_page_has_a_fault(world: World, site: Site, page: Page, interface: str) -> None:
    pages = read_pages(world, interface)
    assert len(pages) >= {"agent": 15, "portal": 10, "login": 10}[interface]
    faults: dict[str, Any] = {}
    for number, (name, html) in enumerate(pages.items()):
        site.pages[f"/{number}/"] = re.sub(r"/rocket/static/|/static/", "/static/", html)
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(f"{site.address}/{number}/")
        told: list[Any] = [*find_faults_in_both_themes(page)]
        page.set_viewport_size({"width": PHONE, "height": 800})
        told += find_wide_parts(page) + find_squeezed_parts(page)
        if told:
            faults[name] = told
    assert not faults, pformat(faults, width=180)


def test_a_long_file_name_is_cut_short(world: World, site: Site, page: Page) -> None:
    """In the conversation, and in the list of chosen files before they are sent."""
    name = "Screenshot_2026-11-23_at_15.04.05_Organization_Settings_1.png"
    page.set_viewport_size({"width": PHONE, "height": 800})
    for reader, interface in (("m", "portal"), ("d", "agent")):
        url = f"/rocket/{interface}/{'requests' if reader == 'm' else 'tickets'}/"
        html = world.sign_in(reader).get(f"{url}{world.values['number']}/").content.decode()
        html = re.sub(r'data-upload="[^"]*"', "", html)  # nobody takes uploads here
        site.pages["/ticket/"] = re.sub(r"/rocket/static/|/static/", "/static/", html)
        page.goto(f"{site.address}/ticket/")
        page.locator("input[type=file]").first.set_input_files(
            {"name": name, "mimeType": "image/png", "buffer": b"x"}
        )
        chosen = "[data-dropzone-list] .file-name"
        expect(page.locator(chosen).first).to_have_attribute("title", name)
        for kind in (".file .file-name", chosen):
            part = page.locator(kind).first
            assert part.evaluate("e => getComputedStyle(e).textOverflow") == "ellipsis"
            assert part.evaluate("e => e.getBoundingClientRect().right") < PHONE
        assert find_wide_parts(page) == []


def find_wide_parts(page: Page) -> list[Any]:
    """Return the width of the page and the parts that reach beyond a phone, if it scrolls."""
    width = page.evaluate("document.documentElement.scrollWidth")
    if width <= PHONE:
        return []
    wide = """limit => {
      const isWide = (part) =>
        part.checkVisibility() && part.getBoundingClientRect().right > limit + 1;
      return [...document.querySelectorAll("body *")]
        .filter((part) => isWide(part) && ![...part.children].some(isWide))
        .map((part) => `${part.parentElement.className}: ${part.outerHTML.slice(0, 120)}`)
        .slice(0, 6);
    }"""
    return [("scrolls sideways", width, page.evaluate(wide, PHONE))]


def find_squeezed_parts(page: Page) -> list[Any]:
    """Return the parts whose text is broken after every letter or two."""
    squeezed = """() => [...document.querySelectorAll("main *, header *, aside *")]
      .filter((part) => {
        const words = [...part.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
        const text = words.map((node) => node.data).join("");
        const box = part.getBoundingClientRect();
        return text.trim().length > 3 && box.width > 2 && box.width < 22 && box.height > 50;
      })
      .map((part) => `${part.parentElement.className}: ${part.outerHTML.slice(0, 120)}`)
      .slice(0, 3)"""
    found = page.evaluate(squeezed)
    return [("squeezed", found)] if found else []
