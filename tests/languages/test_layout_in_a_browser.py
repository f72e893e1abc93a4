"""Pages handle long texts and right-to-left writing: two pseudo-locales, phone and desktop."""

from __future__ import annotations

import pytest
from django.test import Client
from playwright.sync_api import Page

from accounts.tenancy import desk_scope
from tests.cast import Cast
from tests.interface.conftest import Site

pytestmark = pytest.mark.browser

OF_AGENTS = [
    "/rocket/agent/",
    "/rocket/agent/?view=all&sort=priority",
    "/rocket/agent/?q=nothing",
    "/rocket/agent/tickets/{number}/",
    "/rocket/agent/tickets/{number}/history/",
    "/rocket/agent/tickets/new/",
    "/rocket/agent/customers/",
    "/rocket/agent/notifications/",
    "/rocket/login/preferences/",
]
OF_CUSTOMERS = [
    "/rocket/",
    "/rocket/portal/requests/",
    "/rocket/portal/requests/new/",
    "/rocket/portal/requests/{number}/",
    "/rocket/portal/plans/",
    "/rocket/login/preferences/",
]
OF_VISITORS = [
    "/rocket/",
    "/rocket/login/",
    "/rocket/login/sign-up/",
    "/rocket/login/password/reset/",
]
WIDTHS = [375, 1280]
# How far the page can be scrolled sideways, in CSS pixels, and the elements that cause it.
OVERFLOW = """() => {
  const root = document.documentElement;
  const beyond = root.scrollWidth - root.clientWidth;
  const culprits = [...document.querySelectorAll("body *")].filter((element) => {
    const box = element.getBoundingClientRect();
    return box.width && (box.right > root.clientWidth + 1 || box.left < -1);
  });
  return {beyond, culprits: culprits.slice(0, 5).map((e) => `${e.tagName}.${e.className}`)};
}"""


def pages_of(rocket: Cast) -> list[tuple[Client, str]]:
    with desk_scope(rocket.desk):
        number = rocket.open_ticket().number
    found = []
    for person, addresses in [
        (rocket.analyst, OF_AGENTS),
        (rocket.customer, OF_CUSTOMERS),
        (None, OF_VISITORS),
    ]:
        client = Client()
        if person is not None:
            assert person.user is not None
            client.force_login(person.user)
        found += [(client, address.format(number=number)) for address in addresses]
    return found


@pytest.mark.parametrize(("language", "direction"), [("en-xa", "ltr"), ("ar-xb", "rtl")])
def test_no_page_scrolls_sideways(
    language: str, direction: str, rocket: Cast, site: Site, page: Page
) -> None:
    wide = {}
    for index, (client, address) in enumerate(pages_of(rocket)):
        answer = client.get(address, headers={"accept-language": language})
        assert answer.status_code == 200, address
        site.pages[f"/{index}/"] = answer.content.decode()
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(f"{site.address}/{index}/")
            assert page.locator("html").get_attribute("dir") == direction, address
            measured = page.evaluate(OVERFLOW)
            if measured["beyond"] > 0:
                wide[f"{address} at {width}"] = measured
    assert wide == {}
