"""Rows of another desk return exactly the same 404 as rows that don't exist.

Only views tell them apart, so nobody asks whom a gate keeps from all of them, and of the methods
that no view has code for, only admins do.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import HttpResponseBase
from django.test import Client

from accounts.tenancy import desk_scope
from tests.access.asking import has_code, is_refused_at_gate
from tests.access.people import World
from tests.access.probing import close_stream, list_routes_of, rolled_back
from tests.access.routes import ROUTES, Route
from tickets.models import Ticket

# Parameters that name no row of a desk; pk is a user's own passkey.
PARAMETERS_WITHOUT_ROW = {
    "app_label",
    "url",
    "key",
    "uidb36",
    "pk",
    "stage",
    "page",
    "area",
    "problem_kind",
}
REFUSALS = {403, 404, 405}
BODY = '{"text": "A message"}'  # valid for the API, so that it looks for the ticket


def names_a_row(route: Route) -> bool:
    return bool(set(route.parameters) - PARAMETERS_WITHOUT_ROW)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_a_foreign_id_is_answered_like_one_that_does_not_exist(world: World, method: str) -> None:
    clients = {person: world.sign_in(person) for person in "amd"}
    deviations = []
    for route in [route for route in list_routes_of(method) if names_a_row(route)]:
        foreign, absent = world.get_foreign_url(route), world.get_absent_url(route)
        for person, client in clients.items():
            if not meets_view(route, method, person):
                continue
            first, second = (fetch(client, method, url) for url in (foreign, absent))
            if first == second and first[0] == 400:  # an operation that takes no body
                first, second = (fetch(client, method, url, sent="") for url in (foreign, absent))
            if first != second or (first[0] not in REFUSALS and not says_nothing(route, first)):
                deviations.append(
                    f"{method} {route.name} as {person}: {first[0]}, absent {second[0]}"
                )
    assert deviations == []
    assert sum(names_a_row(route) for route in ROUTES) > 100


def meets_view(route: Route, method: str, person: str) -> bool:
    return person == "d" or (has_code(route, method) and not is_refused_at_gate(route, person))


def says_nothing(route: Route, response: tuple[int, str, bytes]) -> bool:
    """Return True for a redirect that reveals nothing about a row.

    The admin redirects a row's short URL to its long one and a row's history to the audit log,
    which has no entry for it. Contacts are redirected from agents' invitations.
    """
    return response[0] == 302 and (route.name.startswith("admin:") or route.name == "invitation")


def fetch(client: Client, method: str, url: str, *, sent: str = BODY) -> tuple[int, str, bytes]:
    """Return status, redirect target and body without the requested id and Django's tokens."""
    with rolled_back():
        response: HttpResponseBase = client.generic(
            method, url, sent, content_type="application/json"
        )
        body = b"" if response.streaming else response.content
        close_stream(response)
    return (
        response.status_code,
        mask(response.headers.get("Location", "")),
        mask(_drop_links(body.decode(), url)).encode(),
    )


def _drop_links(text: str, url: str) -> str:
    """Drop a URL and the pages above it: a 405 links to the nearest page."""
    text, page = text.replace(url, ""), url
    while page.strip("/"):
        page = page.rstrip("/").rpartition("/")[0] + "/"
        text = text.replace(f'"{page}"', '""')
    return text


def mask(text: str) -> str:
    # Tokens of channels are 32 characters of a URL, where a 405 links to the page above.
    text = re.sub(r"(?<=/)[A-Za-z0-9_-]{32}(?=/)", "", text)
    return re.sub(r"\b([A-Za-z0-9]{64}|[A-Za-z0-9_-]{43}|\d+)\b", "", text)


@pytest.mark.parametrize(
    ("path", "field", "row"),
    [
        ("assignee", "assignee", "analyst"),
        ("priority", "priority", "default_priority"),
        ("department", "department", "department"),
    ],
)
def test_a_foreign_id_in_a_form_changes_nothing(
    world: World, path: str, field: str, row: str
) -> None:
    foreign = (
        world.matter.departments["trials"] if row == "department" else getattr(world.matter, row)
    )
    before = read_ticket(world)
    client = world.sign_in("a")
    client.post(f"/rocket/agent/tickets/{before['number']}/{path}/", {field: foreign.pk})
    assert read_ticket(world) == before


def read_ticket(world: World) -> dict[str, Any]:
    with desk_scope(world.rocket.desk):
        return Ticket.objects.values("number", "assignee", "priority", "department").get(
            pk=world.values["ticket"].pk
        )


def test_a_foreign_department_is_not_a_view_of_the_queue(world: World) -> None:
    foreign = world.matter.departments["trials"].pk
    assert world.sign_in("a").get("/rocket/agent/", {"view": foreign}).status_code == 404


def test_pages_of_a_desk_do_not_exist_outside_of_it(world: World) -> None:
    """With several desks, a URL without a desk leads nowhere."""
    # styleguide is a page of the installation's staff; home lists the desks that anyone may
    # see, portal:home redirects to it, and api:schema requires an agent.
    exempt = (
        "account_",
        "mfa_",
        "preferences",
        "session",
        "admin:",
        "channels_intake:",
        "home",
        "inbound/",
        "portal:home",
        "styleguide",
        "api:schema",
    )
    for person in "ncad":
        client = world.sign_in(person)
        for route in ROUTES:
            if not route.name.startswith(exempt) and not is_refused_at_gate(route, person):
                url = world.get_url(route).removeprefix("/rocket")
                with rolled_back():
                    assert client.get(url).status_code in {404, 405}, (route.name, person)
