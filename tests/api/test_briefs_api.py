"""The summary and the business impact of a ticket through the API."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tickets.models import Ticket, TicketEvent


@pytest.fixture
def as_analyst(in_rocket: Cast, sign_in: Any) -> Client:
    return sign_in(in_rocket.analyst.user)


@pytest.fixture
def ticket(in_rocket: Cast) -> Ticket:
    return in_rocket.open_ticket()


def get_url(ticket: Ticket, part: str) -> str:
    return f"/rocket/api/v1/tickets/{ticket.number}/{part}/"


def patch(client: Client, url: str, data: Any) -> Any:
    return client.patch(url, data, content_type="application/json")


def put(client: Client, url: str, data: Any) -> Any:
    return client.put(url, data, content_type="application/json")


def test_a_summary_has_versions(as_analyst: Client, ticket: Ticket) -> None:
    url = get_url(ticket, "summary")
    assert as_analyst.get(url).json()["results"] == []
    assert patch(as_analyst, url, {}).status_code == 400
    first = patch(as_analyst, url, {"problem": "No sync", "version": 0})
    assert (first.status_code, first.json()["version"]) == (200, 1)
    second = patch(as_analyst, url, {"blocker": "A log", "version": 1}).json()
    assert (second["problem"], second["blocker"]) == ("No sync", "A log")
    assert patch(as_analyst, url, {"problem": "Late", "version": 1}).status_code == 409
    assert [one["version"] for one in as_analyst.get(url).json()["results"]] == [2, 1]
    for wrong in ({"problem": "x" * 301}, {"nothing": "x"}, {"version": -1}):
        assert patch(as_analyst, url, wrong).status_code == 400


def test_the_impact_is_set_once_and_not_over_another_one(
    as_analyst: Client, ticket: Ticket
) -> None:
    url = get_url(ticket, "impact")
    assert as_analyst.get(url).json() == {"impact": ""}
    for _again in range(2):
        assert put(as_analyst, url, {"impact": "stopped"}).json() == {"impact": "stopped"}
    assert TicketEvent.objects.filter(ticket=ticket, kind="impact.changed").count() == 1
    assert put(as_analyst, url, {"impact": "minor", "expected": ""}).status_code == 409
    assert put(as_analyst, url, {"impact": "huge"}).status_code == 400
    assert put(as_analyst, url, {"impact": "", "expected": "stopped"}).status_code == 200
    assert as_analyst.get(url).json() == {"impact": ""}


def test_observers_read_and_outsiders_do_not(
    in_rocket: Cast, matter: Cast, sign_in: Any, ticket: Ticket
) -> None:
    for who, codes in (
        (in_rocket.observer, (200, 403)),
        (in_rocket.customer, (404, 404)),
        (matter.analyst, (404, 404)),
    ):
        client = sign_in(who.user)
        for part in ("summary", "impact"):
            assert client.get(get_url(ticket, part)).status_code == codes[0]
        assert patch(client, get_url(ticket, "summary"), {"problem": "x"}).status_code == codes[1]
        assert put(client, get_url(ticket, "impact"), {"impact": "minor"}).status_code == codes[1]
