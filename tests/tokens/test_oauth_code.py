"""An application acts in the name of an agent who allowed it: authorization code with PKCE."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Agent, AuditAction, AuditEntry, OAuthAccessToken, OAuthRefreshToken
from accounts.tenancy import desk_scope, system_scope
from tests.cast import Cast
from tests.tokens.applications import CALLBACK, admit, allow, ask, exchange
from tests.tokens.programs import make_program
from tests.tokens.test_agent_page import sign_in_with_password

API = "/rocket/api/v1/tickets/"
AUTHORIZE = "/rocket/oauth/authorize/"


@pytest.fixture
def browser(rocket: Cast) -> Client:
    """The analyst's browser."""
    return sign_in_with_password(rocket.analyst)


def test_the_page_names_the_application_the_desk_and_the_scopes(
    rocket: Cast, browser: Client
) -> None:
    application, _secret = admit(rocket.desk, rocket.admin.user)
    page = browser.get(AUTHORIZE, ask(application))
    text = page.content.decode()
    assert page.status_code == 200
    for words in ("Report builder", "Rocket", "Tickets, messages and notes: read", "Analyst"):
        assert words in text
    assert "read and change" not in text, "only what was asked for"
    assert "form-action 'self' https://app.example" in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "DENY"


def test_the_application_acts_within_the_scopes_that_were_allowed(
    rocket: Cast, browser: Client
) -> None:
    application, secret = admit(rocket.desk, rocket.admin.user)
    tokens = exchange(application, secret, code=allow(browser, application))
    assert tokens.status_code == 200
    assert tokens["Cache-Control"] == "no-store"
    given = tokens.json()
    assert (given["token_type"], given["scope"]) == ("Bearer", "tickets:read")
    program = make_program(given["access_token"])
    assert program.get(API).status_code == 200
    assert program.post(API, {}, content_type="application/json").status_code == 403
    with system_scope("test"):
        stored = [
            *OAuthAccessToken.objects.values_list("token", "token_checksum").get(),
            *OAuthRefreshToken.objects.values_list("token", "token_checksum").get(),
        ]
        entry = AuditEntry.objects.get(action=AuditAction.APPLICATION_ALLOWED)
    assert given["access_token"] not in stored
    assert given["refresh_token"] not in stored
    assert (entry.desk_id, entry.user_id) == (rocket.desk.pk, rocket.analyst.user_id)


def test_cancel_gives_no_code(rocket: Cast, browser: Client) -> None:
    application, _secret = admit(rocket.desk, rocket.admin.user)
    answer = browser.post(AUTHORIZE, ask(application))
    assert answer.status_code == 302
    assert answer["Location"].startswith(f"{CALLBACK}?error=access_denied")


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "https://app.example/callback/more"},
        {"redirect_uri": "https://evil.example/callback"},
        {"redirect_uri": "https://app.example/callback?next=x"},
        {"client_id": "unknown"},
    ],
)
def test_a_wrong_client_or_address_is_never_redirected_to(
    rocket: Cast, browser: Client, changes: dict[str, str]
) -> None:
    application, _secret = admit(rocket.desk, rocket.admin.user)
    asked = ask(application, **changes)
    for answer in (browser.get(AUTHORIZE, asked), browser.post(AUTHORIZE, asked | {"allow": "1"})):
        assert answer.status_code in {400, 404}, changes
        assert "Location" not in answer


@pytest.mark.parametrize(
    "changes",
    [
        {"code_challenge": "", "code_challenge_method": ""},
        {"code_challenge_method": "plain"},
        {"response_type": "token"},
        {"scope": "settings:write"},
        {"scope": "everything"},
    ],
)
def test_what_is_not_admitted_is_refused(
    rocket: Cast, browser: Client, changes: dict[str, str]
) -> None:
    application, _secret = admit(rocket.desk, rocket.admin.user)
    answer = browser.post(AUTHORIZE, ask(application, **changes) | {"allow": "1"})
    assert "code=" not in answer.get("Location", ""), changes
    assert answer.status_code == 400 or "error=" in answer["Location"], changes


def test_a_code_works_once_with_the_right_verifier_and_client(
    rocket: Cast, browser: Client
) -> None:
    application, secret = admit(rocket.desk, rocket.admin.user)
    other, other_secret = admit(rocket.desk, rocket.admin.user)
    code = allow(browser, application)
    assert exchange(application, secret, code=code, code_verifier="b" * 50).status_code == 400
    assert exchange(application, secret, code=code, code_verifier="").status_code == 400
    assert exchange(other, other_secret, code=code).status_code == 400
    assert exchange(application, "wrong", code=code).status_code == 401
    assert (
        exchange(application, secret, code=code, redirect_uri="https://x.example").status_code
        == 400
    )
    assert exchange(application, secret, code=code).status_code == 200
    assert exchange(application, secret, code=code).status_code == 400


def test_outsiders_get_nothing(rocket: Cast, matter: Cast, sign_in: Any) -> None:
    application, secret = admit(rocket.desk, rocket.admin.user)
    asked = ask(application)
    assert Client().get(AUTHORIZE, asked)["Location"].startswith("/rocket/login/")
    for person in (rocket.customer.user, matter.admin.user):
        assert sign_in(person).get(AUTHORIZE, asked).status_code == 404
        assert sign_in(person).post(AUTHORIZE, asked | {"allow": "1"}).status_code == 404
    elsewhere = sign_in_with_password(matter.analyst, "matter")
    foreign = elsewhere.get("/matter/oauth/authorize/", asked)
    assert foreign.status_code == 400, "the application belongs to the other desk"
    code = allow(sign_in_with_password(rocket.analyst), application)
    sent = {
        "grant_type": "authorization_code",
        "client_id": application.client_id,
        "client_secret": secret,
        "code": code,
    }
    assert Client().post("/matter/oauth/token/", sent).status_code == 401
    given = exchange(application, secret, code=code).json()
    stolen = make_program(given["access_token"])
    assert stolen.get("/matter/api/v1/tickets/").status_code == 401


def test_tokens_end_with_the_persons_work_here(rocket: Cast, browser: Client) -> None:
    application, secret = admit(rocket.desk, rocket.admin.user)
    given = exchange(application, secret, code=allow(browser, application)).json()
    program = make_program(given["access_token"])
    assert program.get(API).status_code == 200
    with desk_scope(rocket.desk):
        Agent.objects.filter(pk=rocket.analyst.pk).update(is_active=False)
    assert program.get(API).status_code == 401
    renewed = exchange(
        application, secret, grant_type="refresh_token", refresh_token=given["refresh_token"]
    )
    assert renewed.status_code == 400
