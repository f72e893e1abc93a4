"""Columns of the desk's own fields in a real browser: lined up when wide, named when narrow."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from accounts.tenancy import desk_scope
from tests.cast import NOON, Cast
from tests.fields.conftest import AddField
from tests.fields.test_filtering import open_with
from tests.live.test_two_agents import Room
from tests.stack import Stack
from tickets.models import Ticket
from tickets.saved_views.saving import ViewValues, save_view

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def find_start(place: Locator) -> float:
    box = place.bounding_box()
    assert box is not None
    return box["x"]


def test_columns_line_up_and_the_search_offers_the_fields(
    rocket: Cast, stack: Stack, chromium: Browser, add_field: AddField, tmp_path: Path
) -> None:
    plan = add_field("plan_kind", "select", label="Support plan", choices=["Gold, 24x7", "Silver"])
    seats = add_field("seats", "number")
    with desk_scope(rocket.desk):
        for values in ({"plan_kind": "Gold, 24x7", "seats": "1200"}, {"seats": "3"}, {}):
            open_with(rocket, **values)
        columns = ("requester", "status", f"field_{plan.pk}", f"field_{seats.pk}")
        given = ViewValues(name="Plans", columns=columns, grouping="state", sort="oldest")
        view = save_view(values=given, by=rocket.analyst, at=NOON)
        ticket = Ticket.objects.order_by("pk")[0]
    stack.start_web()
    page = Room(rocket, ticket, stack, chromium).open_page(rocket.analyst)
    for width in (1440, 1024):
        page.set_viewport_size({"width": width, "height": 700})
        page.goto(f"{stack.url}/rocket/agent/?view={view.slug}")
        page.screenshot(path=tmp_path / f"{width}.png")
        head = page.locator(".tickets-head .ticket-own")
        cells = page.locator(".ticket-row").first.locator(".ticket-own")
        expect(cells).to_have_count(2)
        for place in range(2):
            assert abs(find_start(head.nth(place)) - find_start(cells.nth(place))) < 2
        link = page.locator(".ticket-link").first.bounding_box()
        assert link is not None
        assert link["width"] > 40, "room for the subject"
    page.set_viewport_size({"width": 375, "height": 700})
    page.screenshot(path=tmp_path / "375.png")
    expect(page.locator(".ticket-row").first).to_contain_text("Support plan Gold, 24x7")
    assert page.evaluate("document.documentElement.scrollWidth") <= 375

    page.set_viewport_size({"width": 1440, "height": 700})
    field = page.locator("[data-operators]").first
    field.press_sequentially("printer sup")
    expect(
        page.locator("#search-operators option[value='printer \"Support plan\":']")
    ).to_have_count(1)
    field.fill('printer "Support plan":')
    gold = page.locator("#search-operators option", has_not_text="zzz").first
    expect(gold).to_have_attribute("value", 'printer "support plan":"Gold, 24x7"')
