"""Accessibility faults of a page, found by axe-core in the browser."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, Page

# What passes is neither listed nor sent out of the browser: that took most of the time.
ONLY_FAULTS = {"resultTypes": ["violations"]}
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
