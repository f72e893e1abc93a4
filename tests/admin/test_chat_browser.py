"""The pages of chat channels pass axe and fit a phone, and texts are previewed in a new tab."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from accounts.tenancy import desk_scope
from channels_intake.models import ChatConnection, ChatRule, ChatTopic
from tests.admin.test_browser_policy import Visit, visit
from tests.axe import find_faults
from tests.cast import Cast
from tests.team_chat.conftest import connect
from tests.team_chat.fakes import ChatFake

pytestmark = pytest.mark.browser
__all__ = ["visit"]  # the fixture
PHONE = {"width": 375, "height": 800}


@pytest.fixture
def connection(rocket: Cast) -> ChatConnection:
    """A channel with a rule of each topic."""
    with desk_scope(rocket.desk):
        made = connect(rocket, ChatFake(url="https://chat.example"))
        for topic in ChatTopic:
            ChatRule.objects.create(desk=rocket.desk, connection=made, topic=topic)
    return made


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_and_its_preview_are_clean_for_axe_and_fit_a_phone(
    visit: Visit, connection: ChatConnection, theme: str
) -> None:
    visit.open("")
    visit.page.evaluate("theme => localStorage.setItem('adminTheme', JSON.stringify(theme))", theme)
    visit.open(f"channels_intake/chatconnection/{connection.pk}/change/")
    with visit.page.expect_popup() as opened:
        visit.page.get_by_role("button", name="Preview the texts as typed").click()
    preview = opened.value
    preview.wait_for_load_state("load")
    expect(preview.locator(".chat-sample")).to_have_count(len(ChatTopic))
    for page in (visit.page, preview):
        page.evaluate("document.querySelectorAll('#content details').forEach(e => e.open = true)")
        assert find_faults(page) == []
        page.set_viewport_size(PHONE)
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_a_preview_shows_what_is_typed_and_enter_saves(
    visit: Visit, connection: ChatConnection, rocket: Cast
) -> None:
    page = visit.page
    visit.open(f"channels_intake/chatconnection/{connection.pk}/change/")
    page.locator("[name=rules-0-template]").fill("Fresh words for {ticket}")
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Preview the texts as typed").click()
    expect(opened.value.locator(".chat-text").first).to_have_text("Fresh words for RC-1042")
    expect(page.locator("[name=rules-0-template]")).to_have_value("Fresh words for {ticket}")
    with desk_scope(rocket.desk):
        assert not ChatRule.objects.exclude(template="").exists()
    page.locator("[name=name]").press("Enter")
    page.wait_for_url("**/chatconnection/")
    with desk_scope(rocket.desk):
        assert ChatRule.objects.exclude(template="").count() == 1
