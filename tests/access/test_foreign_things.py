"""Another desk's things are 404 here, word for word as if they were absent, whoever asks and however."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import HttpResponseBase
from django.test import Client

from accounts.tenancy import desk_scope
from tests.access.asking import close_file, undone
from tests.access.people import World, make_world
from tests.access.routes import ROUTES, Route
from tickets.models import Ticket

NO_THING = {
    "app_label",
    "url",
    "key",
    "uidb36",
    "pk",
}  # name no row of a desk; pk is a login's own passkey
TAKING = {403, 404, 405}
WORDS = '{"text": "A word to add"}'  # what the API takes, so that it comes to look for the ticket

ABOUT_A_THING = [route for route in ROUTES if set(route.parameters) - NO_THING]


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_foreign_id_is_answered_as_one_that_never_was(world: World, method: str) -> None:
    clients = {person: world.sign_in(person) for person in "amd"}
    deviations = []
    for route in ABOUT_A_THING:
        foreign, absent = world.foreign_address(route), world.absent_address(route)
        for person, client in clients.items():
            theirs, nobodys = look(client, method, foreign), look(client, method, absent)
            if theirs != nobodys or (theirs[0] not in TAKING and not leads_back(route, theirs)):
                deviations.append(
                    f"{method} {route.name} as {person}: {theirs[0]}, absent {nobodys[0]}"
                )
    assert deviations == []
    assert len(ABOUT_A_THING) > 100


def leads_back(route: Route, answer: tuple[int, str, bytes]) -> bool:
    """Whether the page says nothing about a thing: the admin site's short address of a row leads to its long one,
    and that of a row's history to the audit, where nothing stands about it; contacts are sent off agents' pages.
    """
    return answer[0] == 302 and (route.name.startswith("admin:") or route.name == "invitation")


def look(client: Client, method: str, address: str) -> tuple[int, str, bytes]:
    """Status, where it leads to and text, without what differs by itself: the id asked for and Django's tokens."""
    with undone():
        response: HttpResponseBase = client.generic(
            method, address, WORDS, content_type="application/json"
        )
        body = b"" if response.streaming else response.content
        close_file(response)
    return (
        response.status_code,
        mask(response.headers.get("Location", "")),
        mask(body.decode()).encode(),
    )


def mask(text: str) -> str:
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


def test_a_foreign_department_is_no_view_of_the_list(world: World) -> None:
    foreign = world.matter.departments["trials"].pk
    assert world.sign_in("a").get("/rocket/agent/", {"view": foreign}).status_code == 404


def test_outside_of_every_desk_no_page_of_a_desk_opens(world: World) -> None:
    """With several desks an address without one is nobody's, whoever asks."""
    # The last leads to the installation's first page, and asks for an agent.
    open_to_all = (
        "account_",
        "mfa_",
        "admin:",
        "channels_intake:",
        "inbound/",
        "portal:home",
        "api:schema",
    )
    for person in "ncad":
        client = world.sign_in(person)
        for route in ROUTES:
            if not route.name.startswith(open_to_all):
                address = world.address(route).removeprefix("/rocket")
                with undone():
                    assert client.get(address).status_code in {404, 405}, (route.name, person)
