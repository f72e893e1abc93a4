"""Scripts of other websites call the API only from the origins that the operator named."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from tests.cast import Cast
from tests.tokens.programs import make_program, make_token

URL = "/rocket/api/v1/tickets/"
SHOP = "https://shop.example"
ASKED = {"origin": SHOP, "access-control-request-method": "POST"}


@pytest.fixture
def allowed(settings: Settings) -> None:
    settings.CORS_ALLOWED_ORIGINS = [SHOP]


def test_none_is_allowed_by_default(rocket: Cast) -> None:
    _token, secret = make_token(rocket.desk, rocket.analyst)
    answer = make_program(secret).get(URL, headers={"origin": SHOP})
    assert answer.status_code == 200
    assert "Access-Control-Allow-Origin" not in answer
    assert "Access-Control-Allow-Origin" not in Client().options(URL, headers=ASKED)


@pytest.mark.usefixtures("allowed")
def test_a_named_one_asks_and_calls_with_a_token_but_never_with_cookies(rocket: Cast) -> None:
    preflight = Client().options(URL, headers=ASKED)
    assert preflight.status_code == 200
    assert preflight["Access-Control-Allow-Origin"] == SHOP
    assert "authorization" in preflight["Access-Control-Allow-Headers"]
    _token, secret = make_token(rocket.desk, rocket.analyst)
    answer = make_program(secret).get(URL, headers={"origin": SHOP})
    assert answer["Access-Control-Allow-Origin"] == SHOP
    exposed = answer["Access-Control-Expose-Headers"]
    for header in ("RateLimit", "Next-Cursor", "Idempotency-Replayed", "Content-Location"):
        assert header in exposed.split(", "), header
    assert "Access-Control-Allow-Credentials" not in answer
    refused = make_program("plumb_pat_x").get(URL, headers={"origin": SHOP})
    assert (refused.status_code, refused["Access-Control-Allow-Origin"]) == (401, SHOP)


@pytest.mark.usefixtures("allowed")
def test_other_origins_and_our_pages_stay_closed(rocket: Cast) -> None:
    other = Client().get(URL, headers={"origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in other
    for page in ("/rocket/agent/", "/rocket/login/", "/rocket/agent/api/"):
        assert "Access-Control-Allow-Origin" not in Client().get(page, headers={"origin": SHOP})


@pytest.mark.usefixtures("allowed")
def test_a_script_of_a_page_gets_and_ends_tokens(rocket: Cast) -> None:
    wrong = {"grant_type": "authorization_code", "client_id": "unknown", "token": "x"}
    at_root = "/.well-known/oauth-authorization-server/rocket/oauth"
    for end in ("token/", "revoke/", ".well-known/oauth-authorization-server", at_root):
        url = at_root if end == at_root else f"/rocket/oauth/{end}"
        answer = Client().options(url, headers=ASKED)
        assert answer["Access-Control-Allow-Origin"] == SHOP, end
        answer = Client().post(url, wrong, headers={"origin": SHOP})
        assert answer["Access-Control-Allow-Origin"] == SHOP, end
    page = Client().get("/rocket/oauth/authorize/", headers={"origin": SHOP})
    assert "Access-Control-Allow-Origin" not in page, "a page for people"
