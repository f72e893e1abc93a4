"""Refresh tokens rotate, reuse ends them all; tokens are withdrawn, revoked and described."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import clear_script_prefix
from pytest_django.fixtures import Settings

from accounts.models import (
    Agent,
    Desk,
    OAuthAccessToken,
    OAuthApplication,
    OAuthGrant,
    OAuthRefreshToken,
)
from accounts.tenancy import desk_scope, system_scope
from accounts.tokens.service_accounts import create_service_account
from helpdesk.tasks import delete_expired
from tests.cast import Cast
from tests.tokens.applications import admit, allow, exchange
from tests.tokens.programs import make_program
from tests.tokens.test_agent_page import sign_in_with_password

API = "/rocket/api/v1/tickets/"
ROOT = "/.well-known/oauth-authorization-server"


@pytest.fixture
def browser(rocket: Cast) -> Client:
    """The analyst's browser."""
    return sign_in_with_password(rocket.analyst)


def refresh(application: Any, secret: str, token: str) -> Any:
    return exchange(application, secret, grant_type="refresh_token", refresh_token=token)


def works(token: str) -> bool:
    return make_program(token).get(API).status_code == 200


def test_using_an_old_refresh_token_again_ends_the_whole_family(
    rocket: Cast, browser: Client
) -> None:
    application, secret = admit(rocket.desk, rocket.admin.user)
    first = exchange(application, secret, code=allow(browser, application)).json()
    second = refresh(application, secret, first["refresh_token"]).json()
    assert [works(one["access_token"]) for one in (first, second)] == [False, True]
    assert refresh(application, secret, first["refresh_token"]).status_code == 400
    assert not works(second["access_token"])
    assert refresh(application, secret, second["refresh_token"]).status_code == 400


def test_another_application_can_neither_use_nor_revoke_a_token(
    rocket: Cast, browser: Client
) -> None:
    application, secret = admit(rocket.desk, rocket.admin.user)
    other, other_secret = admit(rocket.desk, rocket.admin.user)
    given = exchange(application, secret, code=allow(browser, application)).json()
    assert refresh(other, other_secret, given["refresh_token"]).status_code == 400
    sent = {"client_id": other.client_id, "client_secret": other_secret}
    answer = Client().post("/rocket/oauth/revoke/", sent | {"token": given["access_token"]})
    assert answer.status_code == 200
    assert works(given["access_token"])
    sent = {"client_id": application.client_id, "client_secret": secret}
    Client().post("/rocket/oauth/revoke/", sent | {"token": given["refresh_token"]})
    assert not works(given["access_token"])
    assert refresh(application, secret, given["refresh_token"]).status_code == 400


def test_the_agent_sees_and_withdraws_what_they_allowed(
    rocket: Cast, browser: Client, sign_in: Any
) -> None:
    application, secret = admit(rocket.desk, rocket.admin.user)
    given = exchange(application, secret, code=allow(browser, application)).json()
    page, url = "/rocket/agent/tokens/", f"applications/{application.pk}/withdrawal/"
    assert "Report builder" in browser.get(page).content.decode()
    colleague = sign_in(rocket.colleague.user)
    assert "Report builder" not in colleague.get(page).content.decode()
    assert colleague.post(page + url).status_code == 404
    assert browser.post(page + url).status_code == 303
    assert not works(given["access_token"])
    assert refresh(application, secret, given["refresh_token"]).status_code == 400
    assert "can no longer act" in browser.get(page).content.decode()
    assert "Report builder" not in browser.get(page).content.decode()
    assert browser.post(page + url).status_code == 404


def test_client_credentials_act_as_the_service_account(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        account = create_service_account(
            desk=rocket.desk, name="Billing", role="analyst", departments=(), by=rocket.admin.user
        )
    application, secret = admit(rocket.desk, rocket.admin.user, service=account)
    given = exchange(application, secret, grant_type="client_credentials", redirect_uri="")
    assert given.status_code == 200
    assert "refresh_token" not in given.json()
    program = make_program(given.json()["access_token"])
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
    note = f"{API}{ticket.number}/notes/"
    answer = program.post(note, {"text": "Paid"}, content_type="application/json")
    assert answer.status_code == 201
    plain, plain_secret = admit(rocket.desk, rocket.admin.user)
    refused = exchange(plain, plain_secret, grant_type="client_credentials")
    assert refused.status_code == 400


def test_no_password_grant(rocket: Cast) -> None:
    application, secret = admit(rocket.desk, rocket.admin.user)
    answer = exchange(
        application, secret, grant_type="password", username="a@x.example", password="b"
    )
    assert answer.status_code == 400


def test_the_metadata_names_what_there_is(rocket: Cast, matter: Cast) -> None:
    base = "http://testserver/rocket/oauth"
    found = Client().get("/rocket/oauth/.well-known/oauth-authorization-server").json()
    assert found["issuer"] == base
    assert found["token_endpoint"] == f"{base}/token/"
    assert found["authorization_endpoint"] == f"{base}/authorize/"
    assert found["revocation_endpoint"] == f"{base}/revoke/"
    assert found["code_challenge_methods_supported"] == ["S256"]
    assert "password" not in found["grant_types_supported"]
    assert "tickets:read" in found["scopes_supported"]
    assert Client().get("/oauth/.well-known/oauth-authorization-server").status_code == 404
    assert Client().get(f"{ROOT}/rocket/oauth").json() == found  # RFC 8414, 3.1
    for path in ("", "/", "/oauth", "/rocket", "/rocket/agent", "/nobody/oauth"):
        assert Client().get(f"{ROOT}{path}").status_code == 404, path


def test_a_desk_with_its_own_host_has_its_metadata_there(
    rocket: Cast, matter: Cast, settings: Settings
) -> None:
    settings.ALLOWED_HOSTS = ["help.rocket.example"]
    with desk_scope(rocket.desk):
        Desk.objects.filter(pk=rocket.desk.pk).update(domain="help.rocket.example")
    clear_script_prefix()  # servers do it for each request, Django's test client doesn't
    at_host = Client(headers={"host": "help.rocket.example"}).get(f"{ROOT}/oauth").json()
    assert at_host["issuer"] == "http://help.rocket.example/oauth"
    assert at_host["token_endpoint"] == "http://help.rocket.example/oauth/token/"


def test_null_bytes_are_refused(rocket: Cast, browser: Client) -> None:
    application, secret = admit(rocket.desk, rocket.admin.user)
    assert exchange(application, secret, code="a\x00b").status_code == 400
    answer = Client().post("/rocket/oauth/token/", {"client_id": "\x00", "grant_type": "x"})
    assert answer.status_code == 400


def test_an_admin_admits_changes_and_removes_applications(
    rocket: Cast, browser: Client, sign_in: Any
) -> None:
    admin, url = sign_in_with_password(rocket.admin), "/rocket/admin/api-access/applications/"
    form = {
        "name": "Reports",
        "redirect_uris": "https://app.example/callback",
        "scopes": ["tickets:read"],
        "requests_per_minute": 600,
    }
    for wrong in ("http://app.example/", "https://app.example/#x", "javascript:alert(1)", ""):
        assert admin.post(url, form | {"redirect_uris": wrong}).status_code == 422, wrong
    shown = admin.post(url, form, follow=True).content.decode()
    assert "Client secret" in shown
    with system_scope("test"):
        application = OAuthApplication.objects.get(name="Reports")
    page = f"{url}{application.pk}/"
    assert "Copy it now" not in admin.get(page).content.decode()
    renewed = admin.post(f"{page}secret/", follow=True).content.decode()
    found = re.search(r'value="(\w{128})"', renewed)
    assert found is not None
    secret = found.group(1)
    given = exchange(application, secret, code=allow(browser, application)).json()
    assert works(given["access_token"])
    changed = admin.post(page, form | {"scopes": ["customers:read"]})
    assert changed.status_code == 302
    assert not works(given["access_token"]), "the application lost that scope"
    lead = sign_in(rocket.lead.user)
    for path in (url, page):
        assert lead.get(path).status_code == 404
    assert lead.post(f"{page}removal/").status_code == 404
    assert admin.post(f"{page}removal/").status_code == 302
    with system_scope("test"):
        assert not OAuthRefreshToken.objects.exists()


def test_expired_codes_and_tokens_are_deleted(rocket: Cast, browser: Client) -> None:
    application, secret = admit(rocket.desk, rocket.admin.user)
    exchange(application, secret, code=allow(browser, application))
    allow(browser, application)
    long_ago = "2020-01-01T00:00:00Z"
    with system_scope("test"):
        OAuthGrant.objects.update(expires=long_ago)
        OAuthAccessToken.objects.update(expires=long_ago)
    delete_expired()
    with system_scope("test"):
        assert not OAuthGrant.objects.exists()
        assert not OAuthAccessToken.objects.exists()
        assert not OAuthRefreshToken.objects.exists()
        assert Agent.objects.filter(pk=rocket.analyst.pk).exists()
