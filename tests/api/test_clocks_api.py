"""The clocks of a ticket through the API: listed, and explained as of any moment."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from sla.models import Clock
from tests.cast import Cast
from tests.sla.test_policy_matching import add_policy
from tickets.models import Ticket


@pytest.fixture
def as_analyst(in_rocket: Cast, sign_in: Any) -> Client:
    return sign_in(in_rocket.analyst.user)


@pytest.fixture
def ticket(in_rocket: Cast) -> Ticket:
    return in_rocket.open_ticket(at=timezone.now() - timedelta(days=20))


def ask(client: Client, ticket: Ticket, path: str = "", status: int = 200) -> Any:
    answer = client.get(f"/rocket/api/v1/tickets/{ticket.number}/clocks/{path}")
    assert answer.status_code == status, answer.content
    return answer.json()


def test_the_clocks_of_a_ticket_are_listed(as_analyst: Client, ticket: Ticket) -> None:
    (clock,) = ask(as_analyst, ticket)["results"]
    assert (clock["kind"], clock["is_promised"], clock["run"]) == ("first_response", True, 1)
    assert parse_datetime(clock["due_at"]) == Clock.objects.get(ticket=ticket).due_at


def test_a_clock_is_explained_and_its_parts_add_up(as_analyst: Client, ticket: Ticket) -> None:
    explained = ask(as_analyst, ticket, "first_response/")
    assert explained["target_seconds"] == 8 * 3600
    assert sum(part["seconds"] for part in explained["parts"]) == 8 * 3600
    assert explained["used_seconds"] + explained["left_seconds"] == 8 * 3600
    assert (explained["status"], explained["is_equal"], explained["differences"]) == (
        "overdue",
        True,
        [],
    )
    assert explained["sentence"].startswith("First response within 8 business hours (12x5)")
    ends = [part["end"] for part in explained["parts"][:-1]]
    assert ends == [part["start"] for part in explained["parts"][1:]]


def test_calendar_and_policy_are_references(in_rocket: Cast, as_analyst: Client) -> None:
    policy = add_policy(in_rocket, "Urgent", 60)
    ticket = in_rocket.open_ticket(at=timezone.now() - timedelta(days=1))
    calendar = {"kind": "calendar", "id": in_rocket.calendar.pk, "name": "12x5"}
    explained = ask(as_analyst, ticket, "first_response/")
    assert explained["policy"] == {"kind": "policy", "id": policy.pk, "name": "Urgent"}
    assert explained["calendar"] == calendar
    policy.delete()
    again = ask(as_analyst, ticket, "first_response/")
    assert again["policy"] == {"kind": "policy", "id": None, "name": "Urgent"}


def test_as_of_the_start_nothing_is_used(as_analyst: Client, ticket: Ticket) -> None:
    start = Clock.objects.get(ticket=ticket).started_at.isoformat().replace("+00:00", "Z")
    explained = ask(as_analyst, ticket, f"first_response/?at={start}&run=1")
    assert (explained["status"], explained["used_seconds"]) == ("running", 0)


@pytest.mark.parametrize("query", ["at=soon", "at=2999-01-01T00:00:00Z", "run=-1"])
def test_an_error_names_the_field(as_analyst: Client, ticket: Ticket, query: str) -> None:
    problem = ask(as_analyst, ticket, f"first_response/?{query}", status=400)
    assert problem["errors"][0]["field"] == query.partition("=")[0]


@pytest.mark.parametrize("path", ["coffee/", "first_response/?run=9"])
def test_what_does_not_exist_is_not_found(as_analyst: Client, ticket: Ticket, path: str) -> None:
    ask(as_analyst, ticket, path, status=404)


def test_before_the_start_there_is_no_run(as_analyst: Client, ticket: Ticket) -> None:
    ask(as_analyst, ticket, "first_response/?at=2020-01-01T00:00:00Z", status=404)


def test_another_desk_finds_nothing(ticket: Ticket, matter: Cast, sign_in: Any) -> None:
    foreign = sign_in(matter.admin.user)
    for path in ("", "first_response/"):
        ask(foreign, ticket, path, status=404)
