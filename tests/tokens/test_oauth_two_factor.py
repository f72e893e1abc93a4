"""An application has what its person proved when they allowed it (goal 17)."""

from __future__ import annotations

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.models import Desk
from tests.cast import Cast
from tests.tokens.applications import admit, allow, exchange
from tests.tokens.programs import make_program
from tests.tokens.test_agent_page import sign_in_with_password

URL = "/rocket/api/v1/tickets/"


@pytest.fixture
def browser(rocket: Cast) -> Client:
    """The analyst's browser."""
    return sign_in_with_password(rocket.analyst)


def require_two_factor(cast: Cast) -> None:
    Desk.objects.filter(pk=cast.desk.pk).update(require_two_factor=True)


def pass_two_factor_by_sso(browser: Client) -> None:
    """Note in the session that the identity provider reported 2FA."""
    session = browser.session
    records = session[AUTHENTICATION_METHODS_SESSION_KEY]
    records.append({**records[0], "method": "mfa", "type": "sso"})
    session[AUTHENTICATION_METHODS_SESSION_KEY] = records
    session.save()


def test_what_a_password_allowed_ends_when_the_desk_requires_more(
    rocket: Cast, browser: Client
) -> None:
    application, secret = admit(rocket.desk, rocket.admin.user)
    given = exchange(application, secret, code=allow(browser, application)).json()
    pending = allow(browser, application)
    program = make_program(given["access_token"])
    assert program.get(URL).status_code == 200
    require_two_factor(rocket)
    Authenticator.objects.create(user=rocket.analyst.user, type="totp", data={"secret": "x"})
    refused = program.get(URL)
    assert refused.status_code == 401
    assert "two-factor" in refused.json()["detail"]
    claimed = {"passed_two_factor": "1"}
    assert exchange(application, secret, code=pending, **claimed).status_code == 400
    renewal = {"grant_type": "refresh_token", "refresh_token": given["refresh_token"]}
    assert exchange(application, secret, **renewal, **claimed).status_code == 400


def test_a_form_cannot_claim_it(rocket: Cast, browser: Client) -> None:
    application, secret = admit(rocket.desk, rocket.admin.user)
    code = allow(browser, application, passed_two_factor="1")
    given = exchange(application, secret, code=code, passed_two_factor="1").json()
    require_two_factor(rocket)
    assert make_program(given["access_token"]).get(URL).status_code == 401


def test_what_the_identity_provider_proved_lasts(rocket: Cast, browser: Client) -> None:
    application, secret = admit(rocket.desk, rocket.admin.user)
    require_two_factor(rocket)
    pass_two_factor_by_sso(browser)
    given = exchange(application, secret, code=allow(browser, application)).json()
    assert make_program(given["access_token"]).get(URL).status_code == 200
    renewal = {"grant_type": "refresh_token", "refresh_token": given["refresh_token"]}
    renewed = exchange(application, secret, **renewal).json()
    assert make_program(renewed["access_token"]).get(URL).status_code == 200
