"""Levels and emergencies by the API: read and write, field errors, second desk."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.models import Emergency, State, Ticket
from tickets.services import escalate

GIVEN = {"cause": "cannot_reproduce", "why": "Four attempts"}


@pytest.fixture
def api(in_rocket: Cast, sign_in: Any) -> Client:
    return sign_in(in_rocket.analyst.user)


@pytest.fixture
def ticket(in_rocket: Cast) -> Ticket:
    return in_rocket.open_ticket()


def send(client: Client, ticket: Ticket, path: str, data: Any, method: str = "post") -> Any:
    url = f"/rocket/api/v1/tickets/{ticket.number}/{path}/"
    return getattr(client, method)(url, data, content_type="application/json")


def test_an_escalation_with_a_record_and_back(api: Client, ticket: Ticket) -> None:
    answer = send(api, ticket, "escalation", GIVEN | {"record": {"problem": "It hangs"}})
    assert (answer.status_code, answer.json()["level"]) == (200, "l2")
    record = api.get(f"/rocket/api/v1/tickets/{ticket.number}/troubleshooting/").json()["results"]
    assert [(one["version"], one["fields_of_record"]["problem"]) for one in record] == [
        (1, "It hangs")
    ]
    answer = send(api, ticket, "return", {"why": "A setting"})
    assert (answer.status_code, answer.json()["level"]) == (200, "l1")
    assert Ticket.objects.get(pk=ticket.pk).status == State.INVESTIGATING
    assert send(api, ticket, "return", {"why": "Again"}).status_code == 409


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"cause": "bad mood"}, "cause"),
        ({"why": ""}, "why"),
        ({"record": {"frequency": "often"}}, "record.frequency"),
        ({"record": {"colour": "red"}}, "record.colour"),
        ({"record": {"since": "x" * 251}}, "record.since"),
    ],
)
def test_errors_name_their_field(
    api: Client, ticket: Ticket, wrong: dict[str, Any], field: str
) -> None:
    answer = send(api, ticket, "escalation", GIVEN | wrong)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert Ticket.objects.get(pk=ticket.pk).level == "l1"


def test_a_defect_names_what_is_missing(in_rocket: Cast, api: Client, ticket: Ticket) -> None:
    escalate(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    defect = GIVEN | {"cause": "defect", "level": "l2", "record": {"steps": "Start it"}}
    answer = send(api, ticket, "escalation", defect)
    assert answer.status_code == 400
    missing = {error["field"] for error in answer.json()["errors"]}
    assert "record.problem" in missing
    assert "record.steps" not in missing
    answer = send(api, ticket, "escalation", defect | {"incomplete": "They are offline"})
    assert answer.json()["level"] == "rnd"
    assert send(api, ticket, "escalation", defect).status_code == 409  # it has moved on


def test_a_record_is_saved_in_part_and_guards_its_version(api: Client, ticket: Ticket) -> None:
    path = "troubleshooting"
    first = send(api, ticket, path, {"version": 0, "since": "May"}, "patch")
    assert (first.status_code, first.json()["version"]) == (200, 1)
    assert send(api, ticket, path, {"version": 0, "since": "June"}, "patch").status_code == 409
    second = send(api, ticket, path, {"problem": "It hangs"}, "patch").json()
    assert second["fields_of_record"]["since"] == "May"
    assert (second["author"]["kind"], second["author"]["name"]) == ("agent", "Analyst")
    assert send(api, ticket, path, {"version": -1}, "patch").status_code == 400


def test_an_emergency_is_reported_and_decided(in_rocket: Cast, api: Client, ticket: Ticket) -> None:
    url = f"/rocket/api/v1/tickets/{ticket.number}/emergency/"
    assert api.get(url).status_code == 404
    reported = send(api, ticket, "emergency", {"impact": "All are locked out", "phone": "+1"})
    assert reported.status_code == 201
    assert reported.json()["not_covered"] == "Emergencies aren't included in Standard."
    assert send(api, ticket, "emergency", {"impact": "Again"}).status_code == 409
    refused = send(api, ticket, "emergency/decision", {"outcome": "accepted", "text": "Yes"})
    assert [error["field"] for error in refused.json()["errors"]] == ["outcome"]
    decided = send(api, ticket, "emergency/decision", {"outcome": "courtesy", "text": "Yes"})
    assert decided.status_code == 201
    found = api.get(url).json()
    assert (found["state"], found["decided_by"]["id"]) == ("courtesy", in_rocket.analyst.pk)


def test_the_list_is_filtered_by_level(in_rocket: Cast, api: Client, ticket: Ticket) -> None:
    in_rocket.open_ticket()
    escalate(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    found = api.get("/rocket/api/v1/tickets/", {"level": "l2"}).json()["results"]
    assert [one["number"] for one in found] == [ticket.number]
    assert api.get("/rocket/api/v1/tickets/", {"level": "l9"}).status_code == 400


def test_another_desk_and_an_observer_change_nothing(
    in_rocket: Cast, matter: Cast, sign_in: Any, ticket: Ticket
) -> None:
    for user, status in [(matter.admin.user, 404), (in_rocket.observer.user, 403)]:
        client = sign_in(user)
        for path, data in [
            ("escalation", GIVEN),
            ("return", {"why": "A setting"}),
            ("emergency", {"impact": "Down"}),
            ("emergency/decision", {"outcome": "courtesy", "text": "Yes"}),
        ]:
            assert send(client, ticket, path, data).status_code == status
        assert send(client, ticket, "troubleshooting", {}, "patch").status_code == status
    assert Ticket.objects.get(pk=ticket.pk).level == "l1"
    assert not Emergency.objects.exists()
