"""Accessibility faults of a page, found by axe-core in the browser."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, Page

# What passes is neither listed nor sent out of the browser: that took most of the time.
ONLY_FAULTS = {"resultTypes": ["violations"]}
IN_LIGHT = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
IN_DARK = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
RUN = "([part, options]) => axe.run(part ?? document, options).then((all) => all.violations)"


def find_faults(
    page: Page | Frame, *, options: dict[str, Any] | None = None, context: str | None = None
) -> list[tuple[str, list[str]]]:
    """Return each rule that the page breaks with the HTML of the elements that break it.

    options: of axe.run, to run some of its rules. context: a selector of the part to examine.
    """
    if not page.evaluate("'axe' in window"):  # the page may have been examined before
        page.evaluate(Axe().axe_script)
    found = page.evaluate(RUN, [context, {**(options or {}), **ONLY_FAULTS}])
    return [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found]


def find_faults_in_both_themes(page: Page) -> list[tuple[str, list[str]]]:
    """Return the faults in light, and in dark those of colors: nothing else differs there."""
    found = []
    for scheme, options in (("light", IN_LIGHT), ("dark", IN_DARK)):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found += find_faults(page, options=options)
    return found
