"""The tests that say that a page has no faults would find one."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.axe import find_faults

pytestmark = pytest.mark.browser


def test_a_fault_is_found_in_the_part_and_by_the_rules_examined(page: Page) -> None:
    page.set_content('<p id="words">Words</p><div id="picture"><img src="data:,"></div>')
    image = ("image-alt", ['<img src="data:,">'])
    assert image in find_faults(page)
    assert find_faults(page, context="#picture", options={"runOnly": ["wcag2a"]}) == [image]
    assert find_faults(page, context="#words", options={"runOnly": ["wcag2a"]}) == []
    assert find_faults(page, options={"runOnly": ["wcag21aa"]}) == []
