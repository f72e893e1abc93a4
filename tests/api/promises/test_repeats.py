"""Idempotency-Key works for every POST: what is sent twice is done once."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Region
from accounts.tenancy import desk_scope
from tests.api.promises.operations import list_operations
from tests.cast import Cast
from tests.departments import close_department
from tests.races.threads import at_once
from tickets.models import SubmittedForm, Ticket, TicketEvent, UnsentFile

API = "/rocket/api/v1/"
KEY = "8e03978e-40d5-43e8-bc93-6894a57f9324"
REGION = {"name": "EMEA", "time_zone": "UTC", "position": 1}


@pytest.fixture
def admin(rocket: Cast, sign_in: Any) -> Client:
    return sign_in(rocket.admin.user)


def send(client: Client, path: str, data: Any, key: str = KEY) -> Any:
    headers = {"idempotency-key": key}
    return client.post(f"{API}{path}", data, content_type="application/json", headers=headers)


def test_every_post_reads_and_declares_the_key(rocket: Cast, admin: Client) -> None:
    for one in list_operations("POST"):
        declared = one.build_schema().get_override_parameters()
        assert "Idempotency-Key" in {getattr(each, "name", "") for each in declared}, one
        answer = send(admin, one.path, {}, key="a b")
        if answer.status_code == 415:  # takes files only
            continue
        assert answer.status_code == 400, one
        assert "Idempotency-Key" in answer.json()["detail"], one


def test_a_created_setting_is_returned_again_as_it_is_now(rocket: Cast, admin: Client) -> None:
    first = send(admin, "regions/", REGION)
    assert first.status_code == 201
    assert first["Location"].endswith(f"{API}regions/{first.json()['id']}/")
    assert "Idempotency-Replayed" not in first
    with desk_scope(rocket.desk):
        Region.objects.update(position=7)
    again = send(admin, "regions/", REGION)
    assert (again.status_code, again["Idempotency-Replayed"]) == (201, "true")
    assert again.json() == first.json() | {"position": 7}
    assert again["Location"] == first["Location"]
    with desk_scope(rocket.desk):
        Region.objects.all().delete()
    assert send(admin, "regions/", REGION).status_code == 204
    with desk_scope(rocket.desk):
        assert not Region.objects.exists()


def test_an_act_on_a_ticket_happens_once(rocket: Cast, sign_in: Any) -> None:
    client = sign_in(rocket.analyst.user)
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
    path, body = f"tickets/{ticket.number}/escalation/", {"cause": "cannot_reproduce", "why": "Odd"}
    first = send(client, path, body)
    assert first.status_code == 200, first.content
    with desk_scope(rocket.desk):
        events = TicketEvent.objects.count()
    again = send(client, path, body)
    assert (again.status_code, again["Idempotency-Replayed"]) == (200, "true")
    assert again["Content-Location"].endswith(f"{API}tickets/{ticket.number}/")
    assert again.json()["level"] == first.json()["level"] == "l2"
    with desk_scope(rocket.desk):
        assert TicketEvent.objects.count() == events
    other = send(client, path, body | {"why": "Another reason"})
    assert other.status_code == 422
    assert other.json()["type"].endswith("/key-reused/")


def test_a_refused_request_leaves_its_key_free(rocket: Cast, admin: Client) -> None:
    assert send(admin, "regions/", REGION | {"time_zone": "Nowhere"}).status_code == 400
    assert send(admin, "regions/", REGION).status_code == 201


def test_a_repeat_shows_only_what_the_agent_may_see_by_now(rocket: Cast, sign_in: Any) -> None:
    client = sign_in(rocket.analyst.user)
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
    path, body = f"tickets/{ticket.number}/escalation/", {"cause": "cannot_reproduce", "why": "Odd"}
    assert send(client, path, body).status_code == 200
    with desk_scope(rocket.desk):
        Ticket.objects.update(assignee=None)
    close_department(rocket, "paid", members=(rocket.colleague,))
    again = send(client, path, body)
    assert (again.status_code, again.content) == (204, b"")


def test_keys_of_agents_and_desks_are_their_own(
    rocket: Cast, matter: Cast, admin: Client, sign_in: Any
) -> None:
    assert send(admin, "regions/", REGION).status_code == 201
    outsider = sign_in(matter.admin.user)
    assert send(outsider, "regions/", REGION).status_code == 404
    headers = {"idempotency-key": KEY}
    theirs = outsider.post(
        "/matter/api/v1/regions/", REGION, content_type="application/json", headers=headers
    )
    assert theirs.status_code == 201
    assert "Idempotency-Replayed" not in theirs


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_create_one_setting(rocket: Cast, sign_in: Any) -> None:
    clients = [sign_in(rocket.admin.user) for _ in range(2)]
    answers = at_once(rocket, *[lambda c=client: send(c, "regions/", REGION) for client in clients])
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    with desk_scope(rocket.desk):
        assert Region.objects.count() == SubmittedForm.objects.count() == 1


def test_an_upload_sent_twice_is_stored_once_and_named_again(rocket: Cast, sign_in: Any) -> None:
    client, key = sign_in(rocket.analyst.user), {"idempotency-key": KEY}

    def upload() -> Any:
        sent = {"file": SimpleUploadedFile("a.txt", b"text")}
        return client.post(f"{API}uploads/", sent, headers=key)

    first, again = upload(), upload()
    assert (first.status_code, again.status_code) == (201, 201), again.content
    assert again.json() == first.json()
    with desk_scope(rocket.desk):
        assert UnsentFile.objects.count() == 1
        UnsentFile.objects.all().delete()
    assert upload().status_code == 204  # such as after a reply took it


def test_a_link_sent_twice_returns_the_list_again(rocket: Cast, sign_in: Any) -> None:
    client = sign_in(rocket.analyst.user)
    with desk_scope(rocket.desk):
        ticket, other = rocket.open_ticket(), rocket.open_ticket()
    path, body = f"tickets/{ticket.number}/links/", {"kind": "related", "other": other.number}
    first, again = send(client, path, body), send(client, path, body)
    assert [link["ticket"]["id"] for link in first.json()["results"]] == [other.number]
    assert (again.status_code, again["Idempotency-Replayed"]) == (first.status_code, "true")
    assert again.json() == first.json()
