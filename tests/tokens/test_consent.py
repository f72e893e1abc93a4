"""Each time an application asks, the agent is asked, soon after they proved who they are."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from accounts.models import OAuthGrant
from accounts.tenancy import system_scope
from tests.cast import PASSWORD, Cast
from tests.tokens.applications import CALLBACK, admit, allow, ask, exchange
from tests.tokens.programs import make_program
from tests.tokens.test_agent_page import sign_in_with_password

AUTHORIZE = "/rocket/oauth/authorize/"


def test_an_application_cannot_skip_the_question(rocket: Cast) -> None:
    application, secret = admit(rocket.desk, rocket.admin.user)
    browser = sign_in_with_password(rocket.analyst)
    exchange(application, secret, code=allow(browser, application))
    page = browser.get(AUTHORIZE, ask(application, approval_prompt="auto"))
    assert page.status_code == 200
    assert "Report builder" in page.content.decode()
    with system_scope("test"):
        assert not OAuthGrant.objects.exists(), "no code without an answer"


def test_an_old_sign_in_is_not_enough(rocket: Cast, sign_in: Any) -> None:
    application, _secret = admit(rocket.desk, rocket.admin.user)
    rocket.analyst.user.set_password(PASSWORD)
    rocket.analyst.user.save()
    browser, asked = sign_in(rocket.analyst.user), ask(application)
    page = browser.get(AUTHORIZE, asked)
    assert page["Location"].startswith("/rocket/login/again/?next=%2Frocket%2Foauth")
    assert application.client_id in page["Location"]
    browser.post(AUTHORIZE, asked | {"allow": "1"})
    with system_scope("test"):
        assert not OAuthGrant.objects.exists()
    proved = browser.post(page["Location"], {"password": PASSWORD})
    asked_again = browser.get(proved["Location"])
    assert "Report builder" in asked_again.content.decode(), "back to the question"


def test_tokens_are_only_for_the_api_of_this_desk(rocket: Cast, matter: Cast) -> None:
    application, secret = admit(rocket.desk, rocket.admin.user)
    browser = sign_in_with_password(rocket.analyst)
    own = "http://testserver/rocket/api/v1/"
    for resource in ("https://else.example/", "http://testserver/matter/api/v1/", "urn:x"):
        refused = exchange(application, secret, code=allow(browser, application), resource=resource)
        assert (refused.status_code, refused.json()["error"]) == (400, "invalid_target"), resource
    statuses = {}
    for resource in ("http://testserver/rocket/", own, f"{own}contacts/"):
        given = exchange(application, secret, code=allow(browser, application), resource=resource)
        program = make_program(given.json()["access_token"])
        statuses[resource] = program.get("/rocket/api/v1/tickets/").status_code
    assert list(statuses.values()) == [200, 200, 401]
    refresh = {"grant_type": "refresh_token", "refresh_token": given.json()["refresh_token"]}
    wider = exchange(application, secret, **refresh, resource="https://else.example/")
    assert (wider.status_code, wider.json()["error"]) == (400, "invalid_target")


def test_an_agent_is_never_asked_for_another_api(rocket: Cast, matter: Cast) -> None:
    application, _secret = admit(rocket.desk, rocket.admin.user)
    browser, own = sign_in_with_password(rocket.analyst), "http://testserver/rocket/api/v1/"
    for resource in ("https://else.example/", "http://testserver/matter/api/v1/", "urn:x"):
        asked = ask(application, resource=resource)
        answers = browser.get(AUTHORIZE, asked), browser.post(AUTHORIZE, asked | {"allow": "1"})
        for answer in answers:
            query = parse_qs(urlsplit(answer["Location"]).query)
            assert answer["Location"].startswith(CALLBACK)
            assert (query["error"], query["state"]) == (["invalid_target"], ["a state"]), resource
    several = f"{AUTHORIZE}?{urlencode(ask(application))}&resource={own}&resource=https://b.example"
    assert "error=invalid_target" in browser.get(several)["Location"]
    with system_scope("test"):
        assert not OAuthGrant.objects.exists()
    assert browser.get(AUTHORIZE, ask(application, resource=own)).status_code == 200
    assert allow(browser, application, resource=own)


def test_an_application_on_the_agents_computer_gets_the_error(rocket: Cast) -> None:
    callback = "http://127.0.0.1:8765/callback"
    application, _secret = admit(rocket.desk, rocket.admin.user, redirect_uris=callback)
    browser = sign_in_with_password(rocket.analyst)
    for changes, error in (
        ({"scope": "settings:read"}, "invalid_scope"),
        ({"code_challenge": ""}, "invalid_request"),
    ):
        asked = ask(application, redirect_uri=callback, **changes)
        answer = browser.get(AUTHORIZE, asked)
        assert answer.status_code == 302
        assert answer["Location"].startswith(f"{callback}?error={error}")
