"""One font on every system, and an accent that means "act here" and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.interface import factories
from tests.interface.css import SHEETS, read_rules
from tests.stack import eventually

# Where the desk's accent may be: on links, the primary button, and what shows its brand.
ACCENTED = {
    "tokens", "base", "button", "mark", "utilities", "auth", "portal", "portal_pages", "guide",
}  # fmt: skip
LOADED = """document.fonts.ready.then(() => [...document.fonts]
  .filter((font) => font.status === 'loaded' && !font.family.includes('Fallback'))
  .map((font) => font.unicodeRange))
"""


def test_no_state_is_shown_by_the_accent() -> None:
    """A red one would look like an error on an own reply, a chosen row or an unread message."""
    accented = {sheet.stem for sheet in SHEETS if re.search(r"var\(--accent\b", read_rules(sheet))}
    tinted = {sheet.stem for sheet in SHEETS if "var(--accent-tint)" in read_rules(sheet)}
    assert accented <= ACCENTED
    assert tinted <= {"portal"}


@pytest.mark.browser
def test_a_browser_loads_the_subsets_that_a_page_needs(show: Callable[..., Page]) -> None:
    row = factories.make_row(1, subject="Cannot sign in", requester="Jonas Weber")
    page = show("agent/queue/page.html", **factories.make_queue(row))
    latin = page.evaluate(LOADED)
    assert len(latin) == 1
    assert latin[0].startswith("U+0-FF")

    row = factories.make_row(1, subject="Δεν λειτουργεί")
    page = show("agent/queue/page.html", **factories.make_queue(row))
    assert len(page.evaluate(LOADED)) == 2


@pytest.mark.browser
def test_nothing_fades_where_less_motion_is_asked_for(show: Callable[..., Page]) -> None:
    """A change of the theme is one change, not one of each element after its parent's."""
    page = show("agent/queue/page.html", **factories.make_queue(factories.make_row(1)))
    page.emulate_media(reduced_motion="reduce", color_scheme="light")
    eventually(lambda: page.evaluate("document.getAnimations().length === 0"))
    page.emulate_media(color_scheme="dark")
    assert page.evaluate("document.getAnimations().length") == 0
