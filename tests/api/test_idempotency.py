"""Idempotency-Key: a repeated request creates nothing twice and gets the same response."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.tenancy import desk_scope
from tests.cast import Cast
from tests.departments import close_department
from tests.races.threads import at_once
from tickets.models import Message, Note, SubmittedForm, Ticket

URL = "/rocket/api/v1/tickets/"
KEY = '"8e03978e-40d5-43e8-bc93-6894a57f9324"'


@pytest.fixture
def as_analyst(rocket: Cast, sign_in: Any) -> Client:
    return sign_in(rocket.analyst.user)


@pytest.fixture
def ticket(rocket: Cast) -> Ticket:
    with desk_scope(rocket.desk):
        return rocket.open_ticket()


def send(client: Client, url: str, data: dict[str, Any], key: str = KEY) -> Any:
    headers = {"idempotency-key": key} if key else {}
    return client.post(url, data, content_type="application/json", headers=headers)


def new_ticket(cast: Cast) -> dict[str, Any]:
    return {
        "contact": {"email": cast.customer.email},
        "subject": "From a program",
        "text": "Disk full",
    }


@pytest.mark.parametrize(("part", "model"), [("messages", Message), ("notes", Note)])
def test_a_message_or_note_sent_twice_with_one_key_is_created_once(
    rocket: Cast, as_analyst: Client, ticket: Ticket, part: str, model: Any
) -> None:
    url = f"{URL}{ticket.number}/{part}/"
    first, second = (send(as_analyst, url, {"text": "Try this"}) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    with desk_scope(rocket.desk):
        assert model.objects.filter(body_text="Try this").count() == 1


def test_a_ticket_sent_twice_with_one_key_is_opened_once(rocket: Cast, as_analyst: Client) -> None:
    first, second = (send(as_analyst, URL, new_ticket(rocket)) for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert first.json()["number"] == second.json()["number"]
    with desk_scope(rocket.desk):
        assert Ticket.objects.count() == 1


def test_one_key_for_two_different_requests_is_refused(
    rocket: Cast, as_analyst: Client, ticket: Ticket
) -> None:
    url = f"{URL}{ticket.number}/notes/"
    send(as_analyst, url, {"text": "One"})
    for again in (
        send(as_analyst, url, {"text": "Another"}),
        send(as_analyst, f"{URL}{ticket.number}/messages/", {"text": "One"}),
    ):
        assert again.status_code == 422
        assert "another request" in again.json()["detail"]
    with desk_scope(rocket.desk):
        assert Note.objects.get().body_text == "One"


def test_a_key_is_the_same_with_and_without_quotes(
    rocket: Cast, as_analyst: Client, ticket: Ticket
) -> None:
    url = f"{URL}{ticket.number}/notes/"
    answers = [send(as_analyst, url, {"text": "One"}, key).json() for key in (KEY, KEY.strip('"'))]
    assert answers[0] == answers[1]


def test_without_a_key_each_request_creates(
    rocket: Cast, as_analyst: Client, ticket: Ticket
) -> None:
    for _ in range(2):
        send(as_analyst, f"{URL}{ticket.number}/notes/", {"text": "Again"}, key="")
    with desk_scope(rocket.desk):
        assert Note.objects.count() == 2


@pytest.mark.parametrize("key", ['""', "a b", "x" * 256, "\u00e9", '"open'])
def test_a_malformed_key_is_refused_and_creates_nothing(
    rocket: Cast, as_analyst: Client, ticket: Ticket, key: str
) -> None:
    answer = send(as_analyst, f"{URL}{ticket.number}/notes/", {"text": "One"}, key)
    assert answer.status_code == 400
    with desk_scope(rocket.desk):
        assert not Note.objects.exists()


def test_a_refused_request_can_be_sent_again_with_its_key(
    rocket: Cast, as_analyst: Client, ticket: Ticket
) -> None:
    url = f"{URL}{ticket.number}/messages/"
    assert send(as_analyst, url, {"text": " ", "then": ""}).status_code == 400
    assert send(as_analyst, url, {"text": "Now"}).status_code == 201


def test_keys_of_two_agents_are_independent(
    rocket: Cast, as_analyst: Client, sign_in: Any, ticket: Ticket
) -> None:
    url = f"{URL}{ticket.number}/notes/"
    mine = send(as_analyst, url, {"text": "One"}).json()
    theirs = send(sign_in(rocket.colleague.user), url, {"text": "One"}).json()
    assert mine["id"] != theirs["id"]


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_the_same_moment_create_once(
    rocket: Cast, sign_in: Any, ticket: Ticket
) -> None:
    clients = [sign_in(rocket.analyst.user) for _ in range(2)]
    url = f"{URL}{ticket.number}/notes/"
    answers = at_once(
        rocket, *[lambda c=client: send(c, url, {"text": "One"}).json() for client in clients]
    )
    assert answers[0] == answers[1]
    with desk_scope(rocket.desk):
        assert Note.objects.count() == SubmittedForm.objects.count() == 1


def test_the_schema_documents_the_header(as_analyst: Client) -> None:
    shown = as_analyst.get("/rocket/api/v1/schema/", headers={"accept": "application/json"}).json()
    for path in (
        "/tickets/",
        "/tickets/{number}/messages/",
        "/tickets/{number}/notes/",
    ):
        post = shown["paths"][path]["post"]
        assert "Idempotency-Key" in [parameter["name"] for parameter in post["parameters"]]
        assert "422" in post["responses"]


def test_a_ticket_routed_out_of_sight_returns_its_number_both_times(
    rocket: Cast, sign_in: Any
) -> None:
    close_department(rocket, "paid", members=(rocket.colleague,))
    client = sign_in(rocket.analyst.user)
    first, second = (send(client, URL, new_ticket(rocket)) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json() == {"number": 1001, "reference": "RC-1001"}
    assert client.get(f"{URL}1001/").status_code == 404
