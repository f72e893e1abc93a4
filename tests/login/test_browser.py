"""Two-factor authentication in a real browser with a virtual passkey, under the strict CSP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from tests.axe import find_faults
from tests.cast import PASSWORD, Cast
from tests.login.conftest import code_for, code_of, give_app

pytestmark = pytest.mark.browser

KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def page(transactional_db: None, chromium: Browser) -> Iterator[Page]:
    """A page with a virtual security key. It must log no errors."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(10_000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    # The queue's stream would outlive the test's database.
    page.route(
        "**/agent/stream/*", lambda route: route.fulfill(body="", content_type="text/event-stream")
    )
    plug_in_key(page)
    yield page
    context.close()
    assert complaints == []


def plug_in_key(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})


@pytest.fixture
def strict(transactional_db: None, rocket: Cast) -> Cast:
    rocket.desk.require_two_factor = True
    rocket.desk.save()
    return rocket


def sign_in_with_password(page: Page, live_server: Any, user: User) -> None:
    page.goto(f"{live_server.url}/rocket/login/")
    page.get_by_label("Email").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def check(page: Page) -> None:
    """Assert that the page is accessible and fits its window."""
    assert find_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_an_agent_adds_a_passkey_and_signs_in_with_it(
    page: Page, strict: Cast, live_server: Any
) -> None:
    sign_in_with_password(page, live_server, strict.analyst.user)
    expect(page.get_by_text("requires 2FA")).to_be_visible()
    check(page)
    page.get_by_role("link", name="Add a passkey").click()
    expect(page.get_by_label("Name")).to_have_value("Passkey")
    page.get_by_label("Passwordless").check()
    check(page)
    page.get_by_role("button", name="Add passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    check(page)
    page.get_by_role("link", name="Continue").click()
    expect(page).to_have_url(f"{live_server.url}/rocket/agent/")
    page.context.clear_cookies()
    page.goto(f"{live_server.url}/rocket/login/")
    check(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(f"{live_server.url}/rocket/agent/")


def test_a_passkey_is_the_second_step_after_the_password(
    page: Page, strict: Cast, live_server: Any
) -> None:
    sign_in_with_password(page, live_server, strict.analyst.user)
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_role("button", name="Add passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.context.clear_cookies()
    sign_in_with_password(page, live_server, strict.analyst.user)
    expect(page.get_by_role("heading", name="Two-factor authentication")).to_be_visible()
    check(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(f"{live_server.url}/rocket/agent/")
    page.goto(f"{live_server.url}/rocket/login/passkeys/")
    check(page)
    expect(page.get_by_text("Last used")).to_be_visible()


def test_another_passkey_does_not_open(page: Page, strict: Cast, live_server: Any) -> None:
    page.goto(f"{live_server.url}/rocket/login/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("That didn't work")).to_be_visible()
    expect(page).to_have_url(f"{live_server.url}/rocket/login/")


def test_an_agent_sets_up_an_app(page: Page, strict: Cast, live_server: Any) -> None:
    sign_in_with_password(page, live_server, strict.analyst.user)
    page.get_by_role("link", name="Set up an app").click()
    picture = page.get_by_alt_text("QR code of the key below")
    expect(picture).to_be_visible()
    assert picture.evaluate("picture => picture.complete && picture.naturalWidth > 0")
    check(page)
    page.get_by_label("Authenticator code").fill(code_for(page.locator("code").inner_text()))
    page.get_by_role("button", name="Set up app").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()


def test_the_app_s_code_is_asked_for(page: Page, strict: Cast, live_server: Any) -> None:
    give_app(strict.analyst.user)
    sign_in_with_password(page, live_server, strict.analyst.user)
    page.get_by_label("Code").fill(code_of(strict.analyst.user))
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(f"{live_server.url}/rocket/agent/")


def test_without_script_there_is_no_button_that_does_nothing(strict: Cast, client: Client) -> None:
    page = client.get("/rocket/login/").content.decode()
    assert page.count('class="button js-only"') == page.count("data-passkey-error") == 1
