"""No form from another site, or without its token, is taken anywhere; webhooks have a secret instead."""

from __future__ import annotations

from base64 import b64encode

import pytest
from django.conf import settings
from django.test import Client

from tests.access.asking import undone
from tests.access.people import World, make_world
from tests.access.routes import ROUTES

SECRET = "a" * 32
WITH_TOKEN = {"X-CSRFToken": SECRET}
ELSEWHERE = {"Origin": "https://evil.example"}
# Called by programs that know a secret. What they post is refused without it (403) and taken with it.
WEBHOOKS = ("channels_intake:", "inbound/", "crm_webhook")


@pytest.fixture
def world(db: None, quiet: None) -> World:
    return make_world()


def strict(client: Client) -> Client:
    """The same person in a browser's place: tokens are looked at, and one is in the cookie."""
    client.handler.enforce_csrf_checks = True
    client.cookies["csrftoken"] = SECRET
    return client


def content_type(route: str) -> str:
    """Of a form; for the API of its own, since it answers 415 to any other before it looks at tokens."""
    return "application/json" if route.startswith("api:") else "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("headers", "what"), [({}, "no token"), (WITH_TOKEN | ELSEWHERE, "another site's origin")],
    ids=["no token", "another origin"],
)  # fmt: skip
def test_every_route_refuses_a_forged_form(
    world: World, headers: dict[str, str], what: str
) -> None:
    addresses = {r.name: world.address(r) for r in ROUTES if not r.name.startswith(WEBHOOKS)}
    taken = []
    for person in "ncad":
        client = strict(world.sign_in(person))
        for name, address in addresses.items():
            with undone():
                answer = client.post(address, headers=headers, content_type=content_type(name))
            if answer.status_code != 403:
                taken.append(f"{name} as {person} with {what}: {answer.status_code}")
    assert taken == []


def test_the_same_forms_are_taken_with_the_token(world: World) -> None:
    """So that the refusals above prove something."""
    client = strict(world.sign_in("a"))
    for headers in (WITH_TOKEN, WITH_TOKEN | {"Origin": "http://testserver"}):
        assert client.post("/rocket/agent/presence/", headers=headers).status_code == 303
    assert client.post("/rocket/login/out/", headers=WITH_TOKEN).status_code == 302


def test_webhooks_ask_for_their_secret_instead(world: World) -> None:
    client = strict(world.sign_in("n"))
    basic = b64encode(settings.ANYMAIL["WEBHOOK_SECRET"].encode()).decode()
    for route in ROUTES:
        if route.name.startswith("channels_intake:inbound"):
            address = world.address(route)
            assert client.post(address, b"{}", content_type="application/json").status_code == 403
            told = client.post(
                address,
                b"{}",
                content_type="application/json",
                headers={"Authorization": f"Basic {basic}"},
            )
            assert told.status_code == 200, route.name
