"""A NUL, which PostgreSQL takes in no text, is nowhere a fault of ours: no page has such an address, and a cookie
with one is none."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from tests.access.asking import close_file, undone
from tests.access.people import World, make_world
from tests.access.routes import ROUTES, Route

NUL = "%00"
BY_TEXT = [route for route in ROUTES if "<path:" in route.pattern or "<str:" in route.pattern]
WITH_AN_ID = [route for route in ROUTES if route.parameters]


@pytest.fixture
def world(db: None, quiet: None) -> World:
    return make_world()


def spoil(world: World, route: Route) -> str:
    """The address of a thing of the desk, with a NUL behind its last id."""
    return world.address(route).rstrip("/") + NUL + "/"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_address_with_one_is_nobodys(world: World, method: str) -> None:
    others = []
    for person in "nad":
        client = world.sign_in(person)
        for route in WITH_AN_ID:
            for address in (
                spoil(world, route),
                world.address(route) + NUL,
                world.address(route) + f"?q={NUL}",
            ):
                with undone():
                    answer = client.generic(method, address)
                if answer.status_code != 404:
                    others.append(f"{method} {address} as {person}: {answer.status_code}")
    assert others == []
    assert len(BY_TEXT) > 50


def test_a_session_with_one_is_nobodys(world: World) -> None:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = "\x00" * 32
    assert client.get("/rocket/portal/requests/").url.startswith("/rocket/login/")
    assert client.get("/rocket/").status_code == 200
    assert client.get("/rocket/admin/").url.startswith("/rocket/login/")


def test_a_form_with_one_is_refused_or_taken_but_no_fault(world: World) -> None:
    fields = dict.fromkeys(
        ["q", "text", "subject", "assignee", "department", "status", "priority", "email", "kind", "typed", "login",
         "password", "reason", "name", "before", "token", "expected", "again", "sealed", "contact", "fields"], "\x00",
    )  # fmt: skip
    faults = []
    for person in "ncad":
        client = world.sign_in(person)
        client.raise_request_exception = False
        for route in ROUTES:
            with undone():
                answer = client.post(world.address(route), fields)
                close_file(answer)
            if answer.status_code >= 500:
                faults.append(f"{route.name} as {person}: {answer.status_code}")
    assert faults == []
