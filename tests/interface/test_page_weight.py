"""What a browser loads: bytes over the wire and requests, on the running product."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page

from accounts.models import User
from accounts.tenancy import desk_scope
from tests.cast import Cast
from tests.stack import Stack

pytestmark = pytest.mark.browser
# An agent stays for the day and loads the styles and scripts of a whole workspace once.
MAX_FIRST_BYTES = {"agent": 90_000, "customer": 60_000, "visitor": 60_000}
# A ticket's page has everything that can be done with it.
MAX_NEXT_BYTES = {"agent": 22_000, "customer": 15_000, "visitor": 15_000}
# Beside the page: the Latin subset of the font, which changes hardly ever and blocks nothing (the
# text shows in a fallback of the same measures until then).
MAX_FONT_BYTES = 50_000
MAX_REQUESTS = 10


class Meter:
    """Counts what the pages of one browser profile load. An event stream counts as its start."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.size = 0
        self.fonts = 0
        self.loaded: list[str] = []
        self.font_requests: set[str] = set()
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.responseReceived", self._note)
        session.on("Network.loadingFinished", self._add)

    def _note(self, event: dict[str, Any]) -> None:
        answer = event["response"]
        if event["type"] == "Font":
            self.font_requests.add(event["requestId"])
        if not answer.get("fromDiskCache"):
            self.loaded.append(answer["url"])

    def _add(self, event: dict[str, Any]) -> None:
        if event["requestId"] in self.font_requests:
            self.fonts += event["encodedDataLength"]
        else:
            self.size += event["encodedDataLength"]

    def open(self, url: str) -> tuple[int, int]:
        """Return the bytes without fonts, and the requests, of a visit."""
        self.size, self.fonts, self.loaded = 0, 0, []
        self.page.goto(url, wait_until="load")
        return self.size, len(self.loaded)


@pytest.fixture
def measure(
    rocket: Cast, stack: Stack, chromium: Browser, sign_in: Callable[[User], Client]
) -> Iterator[Callable[[User | None], Meter]]:
    with desk_scope(rocket.desk):
        for number in range(55):
            rocket.open_ticket(subject=f"The nightly export stopped, case {number * 7919}")
    stack.start_web()
    contexts = []

    def measured(user: User | None) -> Meter:
        context = chromium.new_context(viewport={"width": 1440, "height": 900})
        contexts.append(context)
        if user:
            cookie = sign_in(user).cookies["plumbline_session"].value
            context.add_cookies([{"name": "plumbline_session", "value": cookie, "url": stack.url}])
        return Meter(context.new_page())

    yield measured
    for context in contexts:
        context.close()


def test_the_first_visit_and_the_next_page_are_light(
    rocket: Cast, stack: Stack, measure: Callable[[User | None], Meter]
) -> None:
    with desk_scope(rocket.desk):
        number = rocket.open_ticket().number
    desk = f"{stack.url}/rocket"
    journeys = {
        "agent": (rocket.analyst.user, [f"{desk}/agent/", f"{desk}/agent/tickets/{number}/"]),
        "customer": (rocket.customer.user, [f"{desk}/", f"{desk}/portal/requests/"]),
        "visitor": (None, [f"{desk}/login/", f"{desk}/login/password/reset/"]),
    }
    heavy = []
    for person, (user, (first, second)) in journeys.items():
        meter = measure(user)
        size, requests = meter.open(first)
        if size > MAX_FIRST_BYTES[person] or requests > MAX_REQUESTS:
            heavy.append((person, "first visit", size, meter.loaded))
        assert size > 5_000, (person, meter.loaded)  # something was measured
        assert 5_000 < meter.fonts < MAX_FONT_BYTES, (person, meter.loaded)
        size, _requests = meter.open(second)
        assert meter.fonts == 0, (person, meter.loaded)
        if size > MAX_NEXT_BYTES[person]:
            heavy.append((person, "next page", size, meter.loaded))
    assert heavy == []


def test_the_shapes_of_a_list_are_drawn_from_their_file(
    rocket: Cast, stack: Stack, measure: Callable[[User | None], Meter]
) -> None:
    """The file comes with the first page and is kept; a missing shape would have no size."""
    with desk_scope(rocket.desk):
        rocket.open_ticket(channel="phone")
    page = measure(rocket.analyst.user).page
    page.goto(f"{stack.url}/rocket/agent/", wait_until="load")
    widths = page.eval_on_selector_all(
        "use[href*='symbols']", "all => all.map(one => one.getBBox().width)"
    )
    assert len(widths) >= 3
    assert all(widths)
