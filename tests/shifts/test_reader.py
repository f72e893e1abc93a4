"""The reader of the walk refuses a page that would be silent, and a focus that is elsewhere."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.shifts.reader import Reader

pytestmark = pytest.mark.browser

PAGE = "data:text/html,<title>Queue</title>{}<main><button autofocus>{}</button></main>"


@pytest.mark.parametrize(
    ("heading", "name", "fault"),
    [("<h1>Queue</h1>", "", "button"), ("<h2>Queue</h2>", "Send", r"\[2\]"), ("", "Send", r"\[\]")],
)
def test_a_page_needs_names_and_a_first_heading(
    chromium: Browser, heading: str, name: str, fault: str
) -> None:
    page = chromium.new_page()
    page.goto(PAGE.format(heading, name))
    with pytest.raises(AssertionError, match=fault):
        Reader(page).read_page("Queue")
    page.close()


def test_the_focus_is_waited_for(chromium: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.shifts.reader.MAX_TRIES", 3)
    page = chromium.new_page()
    page.goto(PAGE.format("<h1>Queue</h1>", "Send"))
    reader = Reader(page)
    assert "Send, button" in reader.read_page("Queue")
    reader.read_focus("Send, button")
    with pytest.raises(AssertionError, match="not on 'Close, button', but on 'Send, button'"):
        reader.read_focus("Close, button")
    assert reader.said == ["Queue", "Send, button"]
    page.close()
