"""A NUL byte, which PostgreSQL accepts in no text, never causes a server error."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from tests.access.asking import is_refused_at_gate
from tests.access.people import World
from tests.access.probing import close_stream, rolled_back
from tests.access.routes import ROUTES, Route

NUL = "%00"
TEXT_ROUTES = [route for route in ROUTES if "<path:" in route.pattern or "<str:" in route.pattern]
ROUTES_WITH_PARAMETERS = [route for route in ROUTES if route.parameters]


def add_null_byte(world: World, route: Route) -> str:
    """Return the URL of a row of the desk with a NUL byte after its last id."""
    return world.get_url(route).rstrip("/") + NUL + "/"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_url_with_a_null_byte_is_a_bad_request(world: World, method: str) -> None:
    """It is one before anyone is recognized, so only admins ask, whom no page refuses."""
    deviations, client = [], world.sign_in("d")
    for route in ROUTES_WITH_PARAMETERS:
        for address in (
            add_null_byte(world, route),
            world.get_url(route) + NUL,
            world.get_url(route) + f"?q={NUL}",
        ):
            with rolled_back():
                answer = client.generic(method, address)
            if answer.status_code != 400:
                deviations.append(f"{method} {address}: {answer.status_code}")
    assert deviations == []
    assert len(TEXT_ROUTES) > 50


def test_a_session_cookie_with_a_null_byte_is_ignored(world: World) -> None:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = "\x00" * 32
    assert client.get("/rocket/portal/requests/").url.startswith("/rocket/login/")
    assert client.get("/rocket/").status_code == 200
    assert client.get("/rocket/admin/").url.startswith("/rocket/login/")


def test_a_form_with_a_null_byte_causes_no_server_error(world: World) -> None:
    names = (
        "q text subject assignee department status priority email kind typed login password reason"
        " name before token expected again sealed contact fields"
    )
    fields = dict.fromkeys(names.split(), "\x00")
    errors = []
    for person in "ncad":
        client = world.sign_in(person)
        client.raise_request_exception = False
        for route in ROUTES:
            if is_refused_at_gate(route, person):
                continue
            with rolled_back():
                answer = client.post(world.get_url(route), fields)
                close_stream(answer)
            is_provider_down = route.name == "sso_start" and answer.status_code == 503
            if answer.status_code >= 500 and not is_provider_down:
                errors.append(f"{route.name} as {person}: {answer.status_code}")
    assert errors == []
