"""The documentation of the API passes axe and fits a phone, in light and dark."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from playwright.sync_api import Page

from tests.axe import IN_LIGHT, find_faults
from tests.cast import Cast
from tests.interface.conftest import Site, page, site

__all__ = ["page", "site"]  # fixtures

pytestmark = pytest.mark.browser
URL = "/rocket/api/v1/docs/"
OPEN_ALL = "document.querySelectorAll('main details').forEach((part) => { part.open = true; })"


def test_no_page_has_a_fault(rocket: Cast, site: Site, page: Page) -> None:
    client = Client()
    client.force_login(rocket.analyst.user)
    paths = ("", "?q=note", "?q=zebra", "guides/", "side_conversations/")
    for path in paths:
        content = client.get(f"{URL}{path}").content.decode()
        site.pages["/page/"] = re.sub(r"/rocket/static/|/static/", "/static/", content)
        for width, theme in ((1280, "light"), (375, "dark")):
            page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(f"{site.address}/page/")
            page.evaluate(
                "for (const part of document.querySelectorAll('main details')) part.open = 1"
            )
            assert find_faults(page, options=IN_LIGHT) == [], (path, theme)
            assert page.evaluate("document.documentElement.scrollWidth") == width, path
