"""What an admin takes from an application ends at once, also what it hasn't fetched yet."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditAction, AuditEntry, OAuthAccessToken, OAuthApplication
from accounts.tenancy import desk_scope, system_scope
from accounts.tokens.admitting import ApplicationValues, change_application
from accounts.tokens.service_accounts import create_service_account
from tests.cast import Cast
from tests.tokens.applications import CALLBACK, admit, allow, exchange
from tests.tokens.programs import make_program
from tests.tokens.test_agent_page import sign_in_with_password

API = "/rocket/api/v1/tickets/"
WRITE = {"scope": "tickets:write"}


@pytest.fixture
def browser(rocket: Cast) -> Client:
    """The analyst's browser."""
    return sign_in_with_password(rocket.analyst)


def change(cast: Cast, application: OAuthApplication, **given: Any) -> None:
    values = {"name": "Reports", "redirect_uris": CALLBACK, "scopes": ["tickets:read"]}
    with desk_scope(cast.desk):
        change_application(
            application=application, values=ApplicationValues(**values | given), by=cast.admin.user
        )


def test_codes_end(rocket: Cast, browser: Client) -> None:
    application, secret = admit(rocket.desk, rocket.admin.user)
    code = allow(browser, application, **WRITE)
    change(rocket, application)
    assert exchange(application, secret, code=code).status_code == 400


def test_a_token_that_was_issued_meanwhile_has_no_more_scopes_than_the_application(
    rocket: Cast, browser: Client
) -> None:
    application, secret = admit(rocket.desk, rocket.admin.user)
    given = exchange(application, secret, code=allow(browser, application, **WRITE)).json()
    with desk_scope(rocket.desk):
        OAuthApplication.objects.update(scopes=["customers:read"])
    assert make_program(given["access_token"]).get(API).status_code == 403


def test_reading_survives_while_the_application_may_write(rocket: Cast, browser: Client) -> None:
    application, secret = admit(rocket.desk, rocket.admin.user)
    given = exchange(application, secret, code=allow(browser, application)).json()
    change(rocket, application, scopes=["tickets:write"])
    assert make_program(given["access_token"]).get(API).status_code == 200


def test_tokens_of_people_end_when_a_service_account_takes_over(
    rocket: Cast, browser: Client
) -> None:
    application, secret = admit(rocket.desk, rocket.admin.user)
    given = exchange(application, secret, code=allow(browser, application)).json()
    with desk_scope(rocket.desk):
        account = create_service_account(
            desk=rocket.desk, name="Billing", role="analyst", departments=(), by=rocket.admin.user
        )
    change(rocket, application, service=account)
    assert make_program(given["access_token"]).get(API).status_code == 401
    with system_scope("test"):
        assert not OAuthAccessToken.objects.exists()


def test_a_change_needs_a_fresh_sign_in_and_is_audited_whole(rocket: Cast, sign_in: Any) -> None:
    application, _secret = admit(rocket.desk, rocket.admin.user)
    page = f"/rocket/admin/api-access/applications/{application.pk}/"
    form = {
        "name": "X",
        "redirect_uris": "https://evil.example/",
        "scopes": ["tickets:read"],
        "requests_per_minute": "60",
    }
    answer = sign_in(rocket.admin.user).post(page, form)
    with desk_scope(rocket.desk):
        application.refresh_from_db()
    assert (application.redirect_uris, application.name) == (CALLBACK, "Report builder")
    assert answer.status_code in {302, 303, 403}
    fresh = sign_in_with_password(rocket.admin)
    assert fresh.post(page, form)["Location"] == page
    with system_scope("test"):
        detail = AuditEntry.objects.get(action=AuditAction.CHANGED, user=rocket.admin.user).detail
    assert detail["redirect_uris"] == ["https://evil.example/"]
    assert (detail["service"], detail["client_type"]) == (None, "confidential")
