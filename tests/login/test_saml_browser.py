"""SAML sign-in in a real browser, to another site and back: which cookies are sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from accounts.models import GroupRole, IdentityProvider
from accounts.tenancy import desk_scope
from tests.cast import Cast
from tests.login.saml_fake import CERTIFICATE, Person, SamlFake, serve_saml

pytestmark = pytest.mark.browser


@pytest.fixture
def page(transactional_db: None, chromium: Browser) -> Iterator[Page]:
    """A page that must log no errors."""
    context = chromium.new_context()
    context.set_default_timeout(10_000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    # The queue's stream would outlive the test's database.
    page.route(
        "**/agent/stream/*", lambda route: route.fulfill(body="", content_type="text/event-stream")
    )
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def idp(rocket: Cast, live_server: Any) -> Iterator[SamlFake]:
    """The provider is at 127.0.0.1 and we are at localhost: two sites for the browser."""
    with serve_saml() as fake:
        assert live_server.url.startswith("http://localhost:")
        attributes = {"email": ["new@rocket.example"], "groups": ["support"]}
        fake.person = Person(attributes=attributes)
        with desk_scope(rocket.desk):
            made = IdentityProvider.objects.create(
                desk=rocket.desk, kind="saml", name="Acme SSO", entity_id=fake.entity_id,
                sso_url=fake.sso_url, certificates=CERTIFICATE,
            )  # fmt: skip
            GroupRole.objects.create(desk=rocket.desk, provider=made, group="support")
        ours = f"{live_server.url}/rocket/login/sso/{made.pk}"
        fake.known = (f"{ours}/metadata/", f"{ours}/acs/")
        yield fake


def test_an_agent_goes_there_and_comes_back_signed_in(
    page: Page, idp: SamlFake, live_server: Any
) -> None:
    requests: list[Request] = []
    page.on("request", lambda request: requests.append(request))
    page.goto(f"{live_server.url}/rocket/agent/?view=unassigned")
    page.get_by_role("button", name="Acme SSO").click()
    page.wait_for_url(f"{idp.url}/**")
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_url(f"{live_server.url}/rocket/agent/?view=unassigned")
    [posted] = [request for request in requests if request.url == idp.known[1]]
    assert (
        "cookie" not in posted.all_headers()
    )  # SameSite=Lax: why the GET behind it takes the answer
    [taken] = [request for request in requests if request.url.endswith("/callback/")]
    assert "plumbline_session" in taken.all_headers()["cookie"]
