"""The styleguide looks as its kept pictures do, in both themes, and passes axe.

`KEEP_PICTURES=1 make test TESTS=tests/interface/test_styleguide.py` replaces the pictures after a
change that is meant; look at them before committing. The tolerance is stated in pictures.py.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Browser, Page

from helpdesk.styleguide.examples import SECTIONS, build_context
from tests.axe import find_faults
from tests.interface.conftest import Site
from tests.interface.pictures import FOLDER, Difference, compare

pytestmark = pytest.mark.browser

PAGE = "agent/styleguide/page.html"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
# Changes that a reader would notice, and the section that they show in.
DAMAGES = {
    "a badge without its ground": ("badges", ".status-pill { background: none; border: 0 }"),
    "a primary button in another color": ("buttons", ".button-primary { background: #a00 }"),
    "text that is larger": ("fields", ".guide { font-size: 16px } .field { gap: 12px }"),
    "dark text on a dark ground": ("text", "[data-theme=dark] { color: #333 }"),
}


@pytest.fixture
def guide(site: Site, chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page(
        viewport={"width": 1280, "height": 900},
        reduced_motion="reduce",
        color_scheme="light",
        device_scale_factor=1,
    )
    page.clock.set_fixed_time("2026-11-22T12:00:00Z")
    site.pages["/page/"] = render_to_string(PAGE, {"csrf_token": "token", **build_context()})
    page.goto(f"{site.address}/page/")
    page.evaluate("document.fonts.ready.then(() => true)")
    yield page
    page.close()


def take(page: Page, section: str) -> Difference:
    return compare(section, page.locator(f"[data-guide={section}]").screenshot())


def test_every_section_looks_as_it_did(guide: Page) -> None:
    found = {section: take(guide, section) for section in SECTIONS}
    assert {name: off for name, off in found.items() if not off.is_tolerable} == {}


def test_every_picture_belongs_to_a_section() -> None:
    assert {path.stem for path in FOLDER.glob("*.png")} == set(SECTIONS)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_change_that_a_reader_would_notice_is_noticed(
    guide: Page, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KEEP_PICTURES", raising=False)
    section, rule = DAMAGES[damage]
    guide.evaluate(
        """(rule) => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(rule);
          document.adoptedStyleSheets.push(sheet);
        }""",
        rule,
    )
    assert not take(guide, section).is_tolerable


def test_the_styleguide_passes_axe_in_both_themes(guide: Page) -> None:
    assert find_faults(guide, options=RULES) == []


def test_it_fits_a_phone(guide: Page) -> None:
    guide.set_viewport_size({"width": 375, "height": 800})
    assert guide.evaluate("document.documentElement.scrollWidth") <= 375
