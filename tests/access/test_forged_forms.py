"""No page accepts a form from another site or without a CSRF token; webhooks require a secret."""

from __future__ import annotations

from base64 import b64encode

import pytest
from django.conf import settings
from django.test import Client

from tests.access.asking import is_refused_at_gate
from tests.access.people import World
from tests.access.probing import rolled_back
from tests.access.routes import ROUTES

SECRET = "a" * 32
WITH_TOKEN = {"X-CSRFToken": SECRET}
ELSEWHERE = {"Origin": "https://evil.example"}
# Called by programs with a secret: without it they get 403.
WEBHOOKS = (
    "channels_intake:", "inbound/", "crm_webhook", "chat_command", "code_host_webhook",
    "paging_webhook", "channel_webhook",
)  # fmt: skip


# For everybody, in frames of other sites, where browsers keep the token's cookie from them: they
# refuse other origins themselves (tests/messenger/test_attacks.py, tests/website_forms/).
FRAMED = ("messenger:", "website_form:")


# Called by applications with their own secret, or a code; no cookie means anything there.
OAUTH = ("oauth2_provider:token", "oauth2_provider:revoke-token")
# Files, which are the only forms of the API.
UPLOADS = {"api:uploads", "api:desk_logo"}
# Shown to everybody.
PUBLIC = ("api:problem", "api:problems")


def enforce_csrf(client: Client) -> Client:
    """Make a client check CSRF tokens as a browser's requests are, with a token in the cookie."""
    client.handler.enforce_csrf_checks = True
    client.cookies["csrftoken"] = SECRET
    return client


def content_type(route: str) -> str:
    """Return a form's content type; for the API JSON, since it rejects others before the token."""
    if route in UPLOADS:
        return "multipart/form-data; boundary=x"
    return "application/json" if route.startswith("api:") else "application/x-www-form-urlencoded"


def get_refusal(route: str, person: str) -> int:
    """Return the status for a forged form: programs that didn't sign in hear that first."""
    return 401 if person == "n" and route.startswith("api:") and route not in PUBLIC else 403


@pytest.mark.parametrize(
    ("headers", "what"), [({}, "no token"), (WITH_TOKEN | ELSEWHERE, "another site's origin")],
    ids=["no token", "another origin"],
)  # fmt: skip
def test_every_route_rejects_a_forged_form(
    world: World, headers: dict[str, str], what: str
) -> None:
    """Middleware refuses it before any view runs, so agents need not ask where admins do."""
    others = WEBHOOKS + FRAMED + OAUTH
    urls = {r: world.get_url(r) for r in ROUTES if not r.name.startswith(others)}
    accepted = []
    for person in "ncd":
        client = enforce_csrf(world.sign_in(person))
        for route, url in urls.items():
            name = route.name
            if is_refused_at_gate(route, person):
                continue
            with rolled_back():
                response = client.post(url, headers=headers, content_type=content_type(name))
            if response.status_code != get_refusal(name, person):
                accepted.append(f"{name} as {person} with {what}: {response.status_code}")
    assert accepted == []


def test_the_same_forms_are_accepted_with_a_token(world: World) -> None:
    """Without this, the rejections above would prove nothing."""
    client = enforce_csrf(world.sign_in("a"))
    for headers in (WITH_TOKEN, WITH_TOKEN | {"Origin": "http://testserver"}):
        assert client.post("/rocket/agent/presence/", headers=headers).status_code == 303
    assert client.post("/rocket/login/out/", headers=WITH_TOKEN).status_code == 302


def test_webhooks_require_their_secret_instead(world: World) -> None:
    client = enforce_csrf(world.sign_in("n"))
    basic = b64encode(settings.ANYMAIL["WEBHOOK_SECRET"].encode()).decode()
    for route in ROUTES:
        if route.name.startswith("channels_intake:inbound"):
            url = world.get_url(route)
            assert client.post(url, b"{}", content_type="application/json").status_code == 403
            response = client.post(
                url,
                b"{}",
                content_type="application/json",
                headers={"Authorization": f"Basic {basic}"},
            )
            assert response.status_code == 200, route.name
