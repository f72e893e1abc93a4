"""Opening a ticket over the API with its channel, fields, tags and language."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Contact
from tests.cast import Cast
from tickets.models import FieldKind, FormField, Tag, Ticket, TicketEvent, TimeEntry

URL = "/rocket/api/v1/tickets/"


@pytest.fixture
def as_analyst(in_rocket: Cast, sign_in: Any) -> Client:
    client: Client = sign_in(in_rocket.analyst.user)
    return client


@pytest.fixture(autouse=True)
def words(in_rocket: Cast) -> None:
    """Two fields, one of a department alone, and a tag."""
    paid = in_rocket.departments["paid"]
    free = next(one for one in in_rocket.departments.values() if one != paid)
    for key, department in (("seats", None), ("elsewhere", free)):
        FormField.objects.create(
            desk=in_rocket.desk, key=key, label=key.title(), kind=FieldKind.NUMBER,
            department=department,
        )  # fmt: skip
    Tag.objects.create(desk=in_rocket.desk, name="VIP")


def send(client: Client, cast: Cast, url: str = URL, **given: Any) -> Any:
    said = {"contact": {"email": cast.customer.email}, "subject": "By phone", "text": "It hangs"}
    return client.post(url, said | given, content_type="application/json")


def test_a_phone_call_with_fields_tags_and_language(in_rocket: Cast, as_analyst: Client) -> None:
    given: dict[str, Any] = {
        "channel": "phone",
        "call_minutes": 12,
        "fields": {"seats": "250.0"},
        "tags": ["VIP"],
        "language": "de",
    }
    answer = send(as_analyst, in_rocket, **given)
    assert answer.status_code == 201, answer.json()
    assert (answer.json()["channel"], answer.json()["fields"]) == ("phone", {"seats": "250"})
    ticket = Ticket.objects.get()
    assert (ticket.channel, ticket.language) == ("phone", "de")
    shown = as_analyst.get(f"{URL}{ticket.number}/").json()
    assert (shown["tags"], shown["language"]) == (["VIP"], "de")
    assert shown["messages"][0]["remarks"] == ["The call lasted 12 minutes."]
    assert TimeEntry.objects.get().minutes == 12
    tagged = TicketEvent.objects.get(ticket=ticket, kind="tags.changed")
    assert (tagged.actor_kind, tagged.actor_id) == ("agent", in_rocket.analyst.pk)


def test_a_new_contact_joins_the_account_that_is_named(in_rocket: Cast, as_analyst: Client) -> None:
    new = {"email": "rosa@home.example", "name": "Rosa", "account": in_rocket.account.name}
    assert send(as_analyst, in_rocket, contact=new).status_code == 201
    assert Contact.objects.get(email="rosa@home.example").account == in_rocket.account


def test_an_invalid_ticket_is_refused_whole(
    in_rocket: Cast, matter: Cast, as_analyst: Client
) -> None:
    theirs = matter.account.pk
    for change, field in (
        ({"channel": "facebook"}, "channel"),
        ({"call_minutes": 5}, "call_minutes"),
        ({"channel": "phone", "call_minutes": 0}, "call_minutes"),
        ({"fields": {"seats": "many"}}, "fields.seats"),
        ({"fields": {"lost": "1"}}, "fields.lost"),
        ({"fields": {"elsewhere": "1"}}, "fields.elsewhere"),
        ({"tags": ["lost"]}, "tags.0"),
        ({"language": "tlh"}, "language"),
        ({"contact": {"email": "x@home.example", "account": theirs}}, "contact.account"),
    ):
        answer = send(as_analyst, in_rocket, **change)
        assert answer.status_code == 400, change
        assert [one["field"] for one in answer.json()["errors"]] == [field]
    assert not Ticket.objects.exists()


def test_errors_of_fields_point_to_them_when_they_are_changed(
    in_rocket: Cast, as_analyst: Client
) -> None:
    ticket = in_rocket.open_ticket()
    for path in ("", "fields/"):
        for key, value in (("seats", "many"), ("lost", "1"), ("elsewhere", "1")):
            answer = as_analyst.patch(
                f"{URL}{ticket.number}/{path}",
                {"fields": {key: value}},
                content_type="application/json",
            )
            assert answer.status_code == 400
            [error] = answer.json()["errors"]
            assert (error["field"], error["pointer"]) == (f"fields.{key}", f"#/fields/{key}")
    ticket.refresh_from_db()
    assert ticket.fields == {}


def test_an_internal_request_has_its_agent_as_the_requester(
    in_rocket: Cast, as_analyst: Client
) -> None:
    given = {"channel": "internal", "subject": "New laptop", "text": "Mine is slow."}
    answer = as_analyst.post(URL, given, content_type="application/json")
    assert answer.status_code == 201, answer.json()
    ticket = Ticket.objects.get()
    assert (ticket.contact.email, ticket.account_id) == (in_rocket.analyst.user.email, None)
    assert (answer.json()["channel"], answer.json()["account"]) == ("internal", None)
    for change, field in (
        ({"contact": {"email": in_rocket.customer.email}}, "contact"),
        ({"followers": [in_rocket.customer.email]}, "followers"),
        ({"channel": "api"}, "contact"),
        ({"channel": "phone"}, "contact"),
    ):
        refused = as_analyst.post(URL, given | change, content_type="application/json")
        assert [one["field"] for one in refused.json()["errors"]] == [field]
    assert Ticket.objects.count() == 1


def test_outsiders_open_nothing(in_rocket: Cast, matter: Cast, sign_in: Any) -> None:
    for person in (matter.analyst.user, in_rocket.observer.user):
        assert send(sign_in(person), in_rocket, tags=["VIP"]).status_code in {403, 404}
    assert not Ticket.objects.exists()
