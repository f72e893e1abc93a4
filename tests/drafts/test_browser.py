"""In a real browser: the session ends while someone writes, and nothing is lost or sent twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accounts.models import Desk, User
from accounts.tenancy import desk_scope
from tests.axe import find_faults
from tests.cast import PASSWORD, Cast
from tests.drafts.conftest import end_sessions
from tickets.models import Draft, Message, Note, PendingReply, UnsentFile
from tickets.replies.sending import send_due_replies

pytestmark = pytest.mark.browser

BANNER = "#signed-out"


@pytest.fixture
def context(transactional_db: None, chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(20_000)
    # The stream would outlive the test's database.
    context.route(
        "**/agent/stream/*", lambda route: route.fulfill(body="", content_type="text/event-stream")
    )
    yield context
    context.close()


def sign_in(page: Page, user: User, url: str) -> None:
    page.goto(url)
    fill_sign_in(page, user)
    page.wait_for_url(url)


def fill_sign_in(page: Page, user: User) -> None:
    page.get_by_label("Email").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


@pytest.fixture
def number(rocket: Cast) -> int:
    with desk_scope(rocket.desk):
        return rocket.open_ticket().number


@pytest.fixture
def url(number: int, live_server: Any) -> str:
    """The page of the ticket for agents."""
    return f"{live_server.url}/rocket/agent/tickets/{number}/"


def count(cast: Cast, model: Any, **wanted: Any) -> int:
    with desk_scope(cast.desk):
        return int(model.objects.filter(**wanted).count())


def check(page: Page) -> None:
    """Assert that the page is accessible."""
    assert find_faults(page) == []


def test_an_agent_whose_session_ended_signs_in_and_sends_once(
    context: BrowserContext, rocket: Cast, url: str
) -> None:
    page = context.new_page()
    sign_in(page, rocket.analyst.user, url)
    page.fill("#id_body", "Restart the server, please.")
    expect(page.get_by_text("Draft saved")).to_be_visible()

    page.fill("#id_body", "Restart the server, please. Twice.")
    end_sessions()
    page.click("[data-composer-send]")
    expect(page.get_by_text("your text will be in the form again")).to_be_visible()
    check(page)
    fill_sign_in(page, rocket.analyst.user)
    page.wait_for_url(url)
    expect(page.get_by_text("You were signed out before this was sent")).to_be_visible()
    expect(page.locator("#id_body")).to_be_focused()
    assert page.input_value("#id_body") == "Restart the server, please. Twice."
    assert page.input_value("[name=kind]:checked") == "reply"
    check(page)
    page.click("[data-composer-send]")
    expect(page.get_by_text("Reply sent.")).to_be_visible()
    assert count(rocket, Message, agent=rocket.analyst) == 1
    assert count(rocket, Draft) == 0
    assert page.input_value("#id_body") == ""


def test_a_customer_without_scripts_finds_the_reply_again(
    chromium: Browser, transactional_db: None, rocket: Cast, number: int, live_server: Any
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    url = f"{live_server.url}/rocket/portal/requests/{number}/"
    sign_in(page, rocket.customer.user, url)
    page.fill("#id_body", "It still does not start.")
    end_sessions()
    page.click("[data-composer-send]")
    fill_sign_in(page, rocket.customer.user)
    page.wait_for_url(url)
    assert page.input_value("#id_body") == "It still does not start."
    page.click("[data-composer-send]")
    page.wait_for_url(url)
    assert page.input_value("#id_body") == ""
    assert count(rocket, Message, contact=rocket.customer) == 2
    context.close()


def test_the_next_person_at_that_browser_sees_nothing_of_it(
    context: BrowserContext, rocket: Cast, url: str
) -> None:
    page = context.new_page()
    sign_in(page, rocket.analyst.user, url)
    page.press("body", "n")
    page.fill("#id_body", "Between us: refund them.")
    end_sessions()
    page.click("[data-composer-send]")
    fill_sign_in(page, rocket.colleague.user)
    page.wait_for_url(url)
    assert page.input_value("#id_body") == ""
    assert "refund them" not in page.content()
    assert count(rocket, Note) == 0


def test_a_live_update_shows_a_banner_that_goes_after_signing_in_in_another_tab(
    context: BrowserContext, rocket: Cast, number: int, url: str
) -> None:
    page = context.new_page()
    sign_in(page, rocket.analyst.user, url)
    end_sessions()
    page.evaluate("number => htmx.trigger(document, 'ticket', { data: String(number) })", number)
    expect(page.locator(BANNER)).to_contain_text("You're signed out.")
    assert page.locator("#conversation").count() == 1
    assert page.get_by_label("Password", exact=True).count() == 0
    check(page)
    page.fill("#id_body", "Written while signed out")
    expect(page.get_by_text("Draft not saved")).to_be_visible()

    with context.expect_page() as opened:
        page.locator(BANNER).get_by_role("link").click()
    other = opened.value
    fill_sign_in(other, rocket.analyst.user)
    other.wait_for_url(url)
    other.close()
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.locator(BANNER)).to_be_empty()
    expect(page.get_by_text("Draft saved")).to_be_visible()
    page.click("[data-composer-send]")
    expect(page.get_by_text("Reply sent.")).to_be_visible()
    assert count(rocket, Message, agent=rocket.analyst) == 1


def test_a_page_is_not_sent_in_the_name_of_someone_else_who_signed_in(
    context: BrowserContext, rocket: Cast, url: str
) -> None:
    page = context.new_page()
    sign_in(page, rocket.analyst.user, url)
    end_sessions()
    other = context.new_page()
    sign_in(other, rocket.colleague.user, url)
    page.fill("#id_body", "In my own name only")
    expect(page.locator(BANNER)).to_contain_text("Someone else signed in")
    page.click("[data-composer-send]")
    expect(page.get_by_role("heading", name="This form has expired")).to_be_visible()
    check(page)
    assert count(rocket, Message, agent__isnull=False) == 0


def test_an_undone_reply_is_back_with_its_file_and_is_sent_once(
    context: BrowserContext,
    rocket: Cast,
    url: str,
) -> None:
    Desk.objects.filter(pk=rocket.desk.pk).update(undo_seconds=60)
    page = context.new_page()
    sign_in(page, rocket.analyst.user, url)
    page.fill("#id_body", "See the attached log")
    page.locator("#id_body").select_text()
    page.get_by_role("button", name="Bold").click()
    assert page.input_value("#id_body") == "**See the attached log**"
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#composer-preview strong")).to_have_text("See the attached log")

    page.click("[data-composer-send]")
    expect(
        page.get_by_text("You mentioned an attachment, but no file is attached.")
    ).to_be_visible()
    page.keyboard.press("Escape")
    assert count(rocket, PendingReply) == 0

    file = {"name": "log.txt", "mimeType": "text/plain", "buffer": b"lines"}
    page.set_input_files("input[type=file]", [file])
    expect(page.locator("[data-draft-files] [name=kept]")).to_be_checked()
    check(page)
    page.click("[data-composer-send]")
    expect(page.locator(".pending-reply[data-sending]")).to_contain_text("Sending in")
    check(page)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Its text is back in the composer.")).to_be_visible()
    assert page.input_value("#id_body") == "**See the attached log**"
    expect(page.locator("[data-draft-files] [name=kept]")).to_be_checked()

    page.click("[data-composer-send]")
    expect(page.locator(".pending-reply[data-sending]")).to_be_visible()
    with desk_scope(rocket.desk):
        pending = PendingReply.objects.get()
        assert send_due_replies(desk_id=rocket.desk.pk, at=pending.send_at) == 1
        message = Message.objects.get(agent=rocket.analyst)
        assert message.attachments.get().name == "log.txt"
    assert count(rocket, UnsentFile) == 0
