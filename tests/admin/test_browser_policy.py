"""The admin site in a real browser: Content-Security-Policy, no other hosts, Unfold's scripts.

Menus, added table rows, the date picker, dark mode and the narrow menu work under the policy.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from playwright.sync_api import Browser, Page, Response, expect

from accounts.models import User
from accounts.tenancy import desk_scope
from tests.axe import find_faults
from tests.cast import Cast

pytestmark = pytest.mark.browser


class Visit:
    """An admin page, with its console errors and requests to other hosts."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.complaints: list[str] = []
        page.on("console", lambda said: self._hear(said.type, said.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._watch)

    def open(self, path: str) -> Response:
        answer = self.page.goto(f"{self.address}/rocket/admin/{path}", wait_until="load")
        assert answer is not None
        assert answer.status == 200, path
        return answer

    def _hear(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"} and "favicon" not in text:
            self.complaints.append(f"{self.page.url}: {text}")

    def _watch(self, request: Any) -> None:
        if not request.url.startswith((self.address, "data:")):
            self.complaints.append(f"asked another host: {request.url}")


@pytest.fixture
def visit(
    transactional_db: None, rocket: Cast, sign_in: Any, live_server: Any, chromium: Browser
) -> Iterator[Visit]:
    cookie = sign_in(rocket.admin.user).cookies["plumbline_session"].value
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": "plumbline_session", "value": cookie, "url": live_server.url}])
    context.set_default_timeout(10_000)
    visit = Visit(context.new_page(), live_server.url)
    yield visit
    context.close()
    assert visit.complaints == []


def test_no_page_breaks_the_policy(visit: Visit, rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        rocket.open_ticket()
        rows = {
            model: model._default_manager.filter(desk=rocket.desk).first()
            for model in admin.site._registry
            if model is not User and model._meta.label != "accounts.Desk"
        }
    paths = ["", "sla/matrix/", f"accounts/desk/{rocket.desk.pk}/change/"]
    for model, row in rows.items():
        base = f"{model._meta.app_label}/{model._meta.model_name}/"
        paths += [base, *([f"{base}{row.pk}/change/"] if row else [])]
    for path in [*paths, "accounts/account/add/", f"accounts/plan/{rocket.plan.pk}/delete/"]:
        policy = visit.open(path).headers["content-security-policy"]
        assert "unsafe" not in policy
        assert visit.page.evaluate(
            "Boolean(window.Alpine && document.querySelector('[x-data]')._x_dataStack)"
        )


def test_a_row_is_added_to_the_calendar_and_saved(visit: Visit, rocket: Cast) -> None:
    visit.open(f"sla/calendar/{rocket.calendar.pk}/change/")
    page = visit.page
    page.locator("#windows-group .add-row a, #windows-group a.add-row").first.click()
    page.locator("[name=windows-5-weekday]").select_option("5")
    page.locator("[name=windows-5-start_minute]").fill("09:00")
    page.locator("[name=windows-5-end_minute]").fill("13:00")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/sla/calendar/")
    with desk_scope(rocket.desk):
        window = rocket.calendar.windows.get(weekday=5)
    assert (window.start_minute, window.end_minute) == (540, 780)


def test_the_date_picker_writes_a_holiday(visit: Visit, rocket: Cast) -> None:
    visit.open(f"sla/calendar/{rocket.calendar.pk}/change/")
    page = visit.page
    page.locator("#holidays-group .add-row a, #holidays-group a.add-row").first.click()
    page.locator("#holidays-group .datetimeshortcuts a[id^=calendarlink]").first.click()
    page.locator(".calendarbox:visible .calendar td a").nth(9).click()
    expect(page.locator("[name=holidays-0-date]")).to_have_value(
        "{}-10".format(page.evaluate("new Date().toISOString().slice(0, 7)"))
    )


def test_the_theme_is_chosen_in_the_menu_and_kept(visit: Visit) -> None:
    visit.open("")
    page = visit.page
    page.get_by_text("admin@rocket.example").click()
    page.get_by_text("Dark", exact=True).click()
    expect(page.locator("html")).to_have_class("dark")
    visit.open("sla/matrix/")
    expect(page.locator("html")).to_have_class("dark")


def test_on_a_phone_the_menu_opens_and_closes(visit: Visit) -> None:
    visit.page.set_viewport_size({"width": 390, "height": 844})
    visit.open("accounts/plan/")
    menu = visit.page.locator("#nav-sidebar")
    expect(menu).to_be_hidden()
    visit.page.get_by_role("button", name="Menu", exact=True).click()
    expect(menu).to_be_visible()
    visit.page.get_by_role("button", name="Close menu").click()
    expect(menu).to_be_hidden()


def test_a_target_is_changed_in_the_matrix(visit: Visit, rocket: Cast) -> None:
    visit.open("sla/matrix/")
    cell = visit.page.get_by_label("Standard, High: First response", exact=True)
    expect(cell).to_have_value("8h")
    cell.fill("1 h 30 min")
    visit.page.get_by_role("button", name="Save SLA targets").click()
    expect(visit.page.get_by_text("1 SLA target was changed")).to_be_visible()
    expect(cell).to_have_value("1h 30m")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pages_are_clean_for_axe(visit: Visit, rocket: Cast, theme: str) -> None:
    visit.open("")
    visit.page.evaluate("theme => localStorage.setItem('adminTheme', JSON.stringify(theme))", theme)
    paths = [
        "",
        "sla/matrix/",
        "csv/",
        f"accounts/desk/{rocket.desk.pk}/change/",
        "accounts/contact/",
        f"accounts/contact/{rocket.stranger.pk}/change/",
        f"accounts/contact/{rocket.stranger.pk}/erasure/",
        f"accounts/account/{rocket.account.pk}/change/",
        f"accounts/agent/{rocket.analyst.pk}/change/",
        "accounts/auditentry/",
        "accounts/plan/add/",
        "defects/stages/",
    ]
    found = {}
    for path in paths:
        visit.open(path)
        if faults := find_faults(visit.page):
            found[path] = faults
    assert found == {}
