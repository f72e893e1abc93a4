"""The pages of imports pass axe in each of their states, fit a phone, and follow a run live."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from accounts.tenancy import desk_scope
from tests.admin.test_browser_policy import Visit, visit
from tests.axe import find_faults
from tests.cast import NOON, Cast
from tests.imports.exports import load, pack
from tests.imports.test_pages import work
from tickets.exchange.running import run_imports
from tickets.models import ImportRun

pytestmark = pytest.mark.browser
__all__ = ["visit"]  # the fixture
PHONE = {"width": 375, "height": 800}
PICTURES = os.environ.get("KEEP_IMPORT_PICTURES")


def upload(visit: Visit, folder: str, reader: str, tmp_path: Path) -> None:
    path = tmp_path / f"{folder}.zip"
    path.write_bytes(pack(load(folder)))
    visit.open("imports/")
    visit.page.locator("[name=reader]").select_option(reader)
    visit.page.locator("[name=file]").set_input_files(path)
    visit.page.get_by_role("button", name="Upload and preview").click()
    visit.page.wait_for_url("**/imports/*/")


def check(visit: Visit, name: str) -> None:
    """Look at a page in light and dark, on a desktop and on a phone."""
    page = visit.page
    for theme in ("light", "dark"):
        page.evaluate(
            "theme => document.documentElement.classList.toggle('dark', theme === 'dark')", theme
        )
        assert find_faults(page) == [], (name, theme)
        for viewport in ({"width": 1280, "height": 900}, PHONE):
            page.set_viewport_size(viewport)
            assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"], name
            if PICTURES:
                width = viewport["width"]
                page.screenshot(path=f"{PICTURES}/{name}-{theme}-{width}.png", full_page=True)


def test_each_state_is_clean_for_axe_and_fits_a_phone(
    visit: Visit, rocket: Cast, tmp_path: Path
) -> None:
    visit.open("imports/")
    check(visit, "empty")
    upload(visit, "zendesk_export", "zendesk", tmp_path)
    visit.page.evaluate(
        "document.querySelector('[data-live-region]').removeAttribute('data-live-region')"
    )
    check(visit, "reading")
    work(rocket)
    visit.page.reload()
    check(visit, "preview")
    visit.page.locator("[name=agents-0]").fill("nobody@elsewhere.example")
    visit.page.get_by_role("button", name="Start import").click()
    expect(visit.page.get_by_text("No active agent has this address.")).to_be_visible()
    check(visit, "error")
    visit.page.locator("[name=agents-0]").fill("")
    visit.page.get_by_role("button", name="Start import").click()
    visit.page.wait_for_url("**/imports/*/")
    with desk_scope(rocket.desk):
        run_imports(desk_id=rocket.desk.pk, at=NOON)
        run_imports(desk_id=rocket.desk.pk, at=NOON)
    visit.page.get_by_role("button", name="Pause import").click()
    check(visit, "paused")
    visit.page.get_by_role("button", name="Resume import").click()
    work(rocket)
    visit.page.reload()
    check(visit, "done")
    visit.open("imports/")
    check(visit, "list")
    visit.complaints[:] = [each for each in visit.complaints if "422" not in each]


def test_the_page_follows_a_run_without_being_reloaded(
    visit: Visit, rocket: Cast, tmp_path: Path
) -> None:
    upload(visit, "zoho_backup", "zoho", tmp_path)
    page = visit.page
    page.evaluate("window.isFirst = true")
    expect(page.get_by_text("0 records read so far.")).to_be_visible()
    with desk_scope(rocket.desk):
        ImportRun.objects.update(was_read=1234)
    expect(page.get_by_text("1,234 records read so far.")).to_be_visible()
    assert page.evaluate("window.isFirst") is True
    with desk_scope(rocket.desk):
        ImportRun.objects.update(was_read=0)
    work(rocket)
    expect(page.get_by_role("button", name="Start import")).to_be_visible()
