"""An application's last use is shown, and the requests it may send are limited."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from accounts.models import OAuthAccessToken, OAuthApplication
from accounts.tenancy import desk_scope, system_scope
from tests.cast import Cast
from tests.tokens.applications import admit, allow, exchange
from tests.tokens.programs import make_program
from tests.tokens.test_agent_page import sign_in_with_password

API = "/rocket/api/v1/tickets/"
PAGE, ADMIN = "/rocket/agent/tokens/", "/rocket/admin/api-access/"


def test_the_last_use_is_shown_and_survives_a_refresh(rocket: Cast, sign_in: Any) -> None:
    application, secret = admit(rocket.desk, rocket.admin.user)
    browser, admin = sign_in_with_password(rocket.analyst), sign_in(rocket.admin.user)
    given = exchange(application, secret, code=allow(browser, application)).json()
    assert "Never used" in browser.get(PAGE).content.decode()
    assert "(Last used: Never)" in admin.get(ADMIN).content.decode()
    assert make_program(given["access_token"]).get(API).status_code == 200
    assert "from 127.0.0.1" in browser.get(PAGE).content.decode()
    assert "(Last used: Never)" not in admin.get(ADMIN).content.decode()
    with desk_scope(rocket.desk):
        [used] = OAuthAccessToken.objects.values_list("last_used_at", flat=True)
    exchange(application, secret, grant_type="refresh_token", refresh_token=given["refresh_token"])
    with desk_scope(rocket.desk):
        [token] = OAuthAccessToken.objects.all()
    assert (token.last_used_at, token.last_ip) == (used, "127.0.0.1")
    assert "from 127.0.0.1" in browser.get(PAGE).content.decode()


def test_the_page_names_what_was_allowed_not_what_could_be_asked_for(rocket: Cast) -> None:
    application, secret = admit(rocket.desk, rocket.admin.user)
    browser = sign_in_with_password(rocket.analyst)
    exchange(application, secret, code=allow(browser, application))
    page = browser.get(PAGE).content.decode()
    assert "Tickets, messages and notes: read" in page
    assert "read and change" not in page


def test_it_is_noted_at_most_once_a_minute(rocket: Cast) -> None:
    application, secret = admit(rocket.desk, rocket.admin.user)
    code = allow(sign_in_with_password(rocket.analyst), application)
    program = make_program(exchange(application, secret, code=code).json()["access_token"])
    program.get(API)
    for seconds, is_noted in ((30, False), (90, True)):
        with system_scope("test"):
            for model in (OAuthAccessToken, OAuthApplication):
                row = model.objects.get()
                earlier = row.last_used_at - timedelta(seconds=seconds)
                model.objects.update(last_used_at=earlier)
        program.get(API)
        with system_scope("test"):
            for model in (OAuthAccessToken, OAuthApplication):
                assert (model.objects.get().last_used_at > earlier) == is_noted, model


def test_the_admin_limits_the_requests(rocket: Cast) -> None:
    application, secret = admit(rocket.desk, rocket.admin.user)
    admin = sign_in_with_password(rocket.admin)
    page = f"{ADMIN}applications/{application.pk}/"
    form = {
        "name": "Reports",
        "redirect_uris": application.redirect_uris,
        "scopes": ["tickets:read"],
        "requests_per_minute": 0,
    }
    assert admin.post(page, form).status_code == 422
    assert admin.post(page, form | {"requests_per_minute": 2}).status_code == 302
    programs = []
    for agent in (rocket.analyst, rocket.colleague):
        code = allow(sign_in_with_password(agent), application)
        token = exchange(application, secret, code=code).json()["access_token"]
        programs.append(make_program(token))
    answers = [programs[0].get(API) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[0]["RateLimit-Policy"] == '"token";q=2;w=60'
    assert programs[1].get(API).status_code == 200, "each person has their own"
