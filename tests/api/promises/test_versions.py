"""Objects have an ETag: unchanged ones cost nothing, and nobody overwrites a change unseen."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from accounts.models import Region
from accounts.tenancy import desk_scope
from tests.access.people import create_world
from tests.access.routes import ROUTES
from tests.api.promises.operations import list_operations
from tests.cast import Cast
from tests.races.threads import at_once
from tickets.models import Tag, Ticket

API = "/rocket/api/v1/"
OLD = '"00000000000000000000000000000000"'


@pytest.fixture
def admin(rocket: Cast, sign_in: Any) -> Client:
    return sign_in(rocket.admin.user)


def add_region(client: Client) -> str:
    body = {"name": "EMEA", "time_zone": "UTC", "position": 1}
    return client.post(f"{API}regions/", body, content_type="application/json")["Location"]


def put(client: Client, url: str, etag: str, **changes: Any) -> Any:
    body = {"name": "EMEA", "time_zone": "UTC", "position": 1} | changes
    headers = {"if-match": etag}
    return client.put(url, body, content_type="application/json", headers=headers)


@pytest.mark.django_db
def test_every_object_has_a_version_and_every_change_checks_it() -> None:
    with transaction.atomic():
        world = create_world()
        client = world.sign_in("d")
        routes = {route.name: route for route in ROUTES}
        seen = checked = 0
        moving = []
        for one in list_operations():
            url = world.get_url(routes[f"api:{one.name}"])
            if one.method == "GET" and one.view.shows_object():
                answer = client.get(url)
                is_json = answer.headers.get("Content-Type") == "application/json"
                is_text = one.name == "schema"
                if answer.status_code == 200 and is_json and not (one.view.is_live or is_text):
                    assert "ETag" in answer, one
                    seen += 1
                    unchanged = client.get(url, headers={"if-none-match": answer["ETag"]})
                    if (unchanged.status_code, unchanged.content) != (304, b""):
                        moving.append(str(one))
            if one.method in {"PUT", "PATCH", "DELETE"}:
                late = client.generic(
                    one.method, url, content_type="application/json", headers={"if-match": OLD}
                )
                assert late.status_code in (412, 404), (one, late.content)
                checked += late.status_code == 412
        transaction.set_rollback(True)
    assert moving == []
    assert seen > 20
    assert checked > 20


@pytest.mark.django_db
def test_a_change_needs_the_version_that_was_read(rocket: Cast, admin: Client) -> None:
    url = add_region(admin)
    etag = admin.get(url)["ETag"]
    assert put(admin, url, etag, position=2).status_code == 200
    late = put(admin, url, etag, name="Mine")
    assert late.status_code == 412
    assert late.json()["type"].endswith("/changed-meanwhile/")
    assert admin.get(url).json()["name"] == "EMEA"
    now = admin.get(url)["ETag"]
    assert put(admin, url, f"{OLD}, W/{now}", position=3).status_code == 200  # behind a proxy
    assert put(admin, url, "*", position=4).status_code == 200
    assert put(admin, url, "unquoted").status_code == 400
    headers = {"if-match": now}
    assert admin.delete(url, headers=headers).status_code == 412
    assert admin.delete(url, headers={"if-match": admin.get(url)["ETag"]}).status_code == 204
    assert put(admin, url, "*").status_code == 404


@pytest.mark.django_db
def test_a_smaller_shape_names_the_same_version(rocket: Cast, admin: Client) -> None:
    url = add_region(admin)
    whole, part = admin.get(url), admin.get(f"{url}?fields=name")
    assert part.json() == {"name": "EMEA"}
    assert part["ETag"] != whole["ETag"]
    assert admin.get(url, headers={"if-none-match": part["ETag"]}).status_code == 200
    assert put(admin, url, part["ETag"], position=2).status_code == 200


@pytest.mark.django_db
def test_another_ticket_or_desk_changes_no_version(
    rocket: Cast, matter: Cast, sign_in: Any
) -> None:
    with desk_scope(rocket.desk):
        number = rocket.open_ticket().number
        Tag.objects.create(desk=rocket.desk, name="VIP")
    client, url = sign_in(rocket.analyst.user), f"{API}tickets/{number}/tags/"
    etag = client.get(url)["ETag"]
    with desk_scope(rocket.desk):
        rocket.open_ticket()
    assert client.get(url)["ETag"] == etag
    outsider = sign_in(matter.admin.user)
    answer = outsider.put(
        url, {"tags": []}, content_type="application/json", headers={"if-match": etag}
    )
    assert answer.status_code == 404
    body = {"tags": ["VIP"]}
    kept = client.put(url, body, content_type="application/json", headers={"if-match": etag})
    assert kept.status_code == 200
    assert client.get(url)["ETag"] != etag


@pytest.mark.django_db(transaction=True)
def test_of_two_changes_of_one_version_at_once_one_is_refused(rocket: Cast, sign_in: Any) -> None:
    clients = [sign_in(rocket.admin.user) for _ in range(2)]
    url = add_region(clients[0])
    etag = clients[0].get(url)["ETag"]
    statuses = at_once(
        rocket,
        *[
            lambda client=client, name=name: put(client, url, etag, name=name).status_code
            for client, name in zip(clients, ("A", "B"), strict=True)
        ],
    )
    assert sorted(statuses) == [200, 412]
    with desk_scope(rocket.desk):
        assert Region.objects.get(position=1).name == ("A" if statuses[0] == 200 else "B")
        assert not Ticket.objects.exists()
