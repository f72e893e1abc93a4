"""Every refused form leads to a page: what is fetched after signing in answers GET."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from accounts.models import User
from tests.access.people import World, create_world
from tests.access.routes import ROUTES
from tests.cast import Cast

SignIn = Callable[[User], Client]


@pytest.fixture
def world(db: None) -> World:
    return create_world()


def test_signing_in_never_leads_to_a_405(world: World) -> None:
    visitor, admin = Client(), world.sign_in("d")
    met, asked = [], 0
    for route in ROUTES:
        refused = visitor.post(world.get_url(route))
        if refused.status_code != 302 or "/login/?" not in refused["Location"]:
            continue
        asked += 1
        page = parse_qs(urlsplit(refused["Location"]).query)["next"][0]
        status = admin.get(page).status_code
        if status == 405 or status >= 500:
            met.append((route.name, page, status))
    assert met == []
    assert asked > 50


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("agent/presence/", "agent/"),
        ("agent/tickets/1/answers/", "agent/tickets/1/"),
        ("agent/tickets/1/participants/removal/", "agent/tickets/1/participants/"),
        ("portal/requests/1/closure/", "portal/requests/1/"),
        ("portal/people/1/role/", "portal/people/"),
        ("portal/membership/", "portal/"),
        ("agent/drafts/", "agent/"),
    ],
)
def test_a_form_belongs_to_the_page_above_it(rocket: Cast, path: str, page: str) -> None:
    refused = Client().post(f"/rocket/{path}")
    assert parse_qs(urlsplit(refused["Location"]).query)["next"] == [f"/rocket/{page}"]


def test_a_change_leads_back_to_the_page_it_was_made_on(rocket: Cast) -> None:
    for sender, page in [
        ("http://testserver/rocket/agent/customers/?q=a", "/rocket/agent/customers/?q=a"),
        ("http://testserver/rocket/agent/tickets/1/answers/", "/rocket/agent/"),
        ("http://evil.example/rocket/agent/customers/", "/rocket/agent/"),
        ("http://testserver/matter/agent/", "/rocket/agent/"),
    ]:
        refused = Client().post("/rocket/agent/presence/", headers={"Referer": sender})
        assert parse_qs(urlsplit(refused["Location"]).query)["next"] == [page]


def test_a_405_is_a_page_with_a_way_on(rocket: Cast) -> None:
    shown = Client().get("/rocket/agent/tickets/1/answers/")
    assert shown.status_code == 405
    assert shown["Allow"] == "POST"
    assert b"Nothing to show here" in shown.content
    assert b'href="/rocket/agent/tickets/1/"' in shown.content


def test_a_405_of_the_api_is_a_problem_document(rocket: Cast, sign_in: SignIn) -> None:
    shown = sign_in(rocket.analyst.user).delete("/rocket/api/v1/tickets/")
    assert shown.status_code == 405
    assert shown["Content-Type"] == "application/problem+json"


def test_a_405_of_a_webhook_is_a_sentence(rocket: Cast) -> None:
    shown = Client().get("/inbound/postmark/")
    assert shown.status_code == 405
    assert shown["Content-Type"].startswith("text/plain")
