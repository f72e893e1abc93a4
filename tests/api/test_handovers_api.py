"""Assignees, handovers and loads through the API."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Agent, Region
from routing.models import Handover
from tests.cast import NOON, Cast
from tickets.models import Ticket

API = "/rocket/api/v1"


@pytest.fixture
def as_analyst(in_rocket: Cast, sign_in: Any) -> Client:
    return sign_in(in_rocket.analyst.user)


@pytest.fixture
def lent(in_rocket: Cast) -> Ticket:
    """Return a ticket of the colleague that the analyst holds."""
    ticket = in_rocket.open_ticket()
    Ticket.objects.filter(pk=ticket.pk).update(
        assignee=in_rocket.analyst, owner=in_rocket.colleague
    )
    Handover.objects.create(
        desk=in_rocket.desk,
        ticket=ticket,
        sender=in_rocket.colleague,
        receiver=in_rocket.analyst,
        cause="shift_end",
        created_at=NOON,
    )
    return ticket


def assign(client: Client, ticket: Ticket, data: Any) -> Any:
    url = f"{API}/tickets/{ticket.number}/assignee/"
    return client.put(url, data, content_type="application/json")


def test_a_ticket_names_holder_and_owner(as_analyst: Client, lent: Ticket) -> None:
    shown = as_analyst.get(f"{API}/tickets/{lent.number}/").json()
    assert (shown["assignee"]["name"], shown["owner"]["name"]) == ("Analyst", "Colleague")
    [listed] = as_analyst.get(f"{API}/tickets/").json()["results"]
    assert (listed["assignee"]["name"], listed["owner"]["name"]) == ("Analyst", "Colleague")


def test_an_assignment_and_its_end(in_rocket: Cast, as_analyst: Client, lent: Ticket) -> None:
    answer = assign(as_analyst, lent, {"agent": in_rocket.lead.user.email.upper()})
    assert (answer.json()["assignee"]["name"], answer.json()["owner"]) == ("Lead", None)
    assert assign(as_analyst, lent, {"agent": None}).json()["assignee"] is None
    for given in (in_rocket.colleague.pk, {"kind": "agent", "id": in_rocket.colleague.pk}):
        assert assign(as_analyst, lent, {"agent": given}).json()["assignee"]["name"] == "Colleague"


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"agent": "nobody@rocket.example"}, "agent"),
        ({"agent": "no address"}, "agent"),
        ({"agent": 2**62}, "agent"),
        ({}, "agent"),
        ({"agent": None, "more": 1}, "more"),
    ],
)
def test_what_cannot_be_assigned_is_named(
    as_analyst: Client, lent: Ticket, data: Any, field: str
) -> None:
    answer = assign(as_analyst, lent, data)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_a_handover_is_listed_and_accepted(
    in_rocket: Cast, as_analyst: Client, lent: Ticket
) -> None:
    [handover] = as_analyst.get(f"{API}/handovers/").json()["results"]
    colleague = {"kind": "agent", "id": in_rocket.colleague.pk, "name": "Colleague"}
    analyst = {"kind": "agent", "id": in_rocket.analyst.pk, "name": "Analyst"}
    ticket = {"kind": "ticket", "id": lent.number, "name": lent.reference}
    assert (handover["ticket"], handover["sender"], handover["receiver"], handover["owner"]) == (
        ticket, colleague, analyst, colleague,
    )  # fmt: skip
    assert handover["claimed_at"] is None
    url = f"{API}/tickets/{lent.number}/acceptance/"
    assert as_analyst.post(url, content_type="application/json").status_code == 200
    assert as_analyst.post(url, content_type="application/json").status_code == 409
    [handover] = as_analyst.get(f"{API}/handovers/").json()["results"]
    assert handover["claimed_at"] is not None


def test_handovers_of_a_region(in_rocket: Cast, as_analyst: Client, lent: Ticket) -> None:
    emea = Region.objects.create(desk=in_rocket.desk, name="EMEA")
    Region.objects.create(desk=in_rocket.desk, name="APAC")
    Agent.objects.filter(pk=in_rocket.analyst.pk).update(region=emea)
    assert len(as_analyst.get(f"{API}/handovers/?region=EMEA").json()["results"]) == 1
    assert as_analyst.get(f"{API}/handovers/?region=APAC").json()["results"] == []
    assert as_analyst.get(f"{API}/handovers/?region=Mars").status_code == 400


def test_loads_with_capacities(in_rocket: Cast, as_analyst: Client, lent: Ticket) -> None:
    Agent.objects.filter(pk=in_rocket.analyst.pk).update(capacity=7)
    loads = {one["agent"]["name"]: one for one in as_analyst.get(f"{API}/loads/").json()["results"]}
    assert (loads["Analyst"]["load"], loads["Analyst"]["capacity"]) == (1, 7)
    assert (loads["Colleague"]["load"], loads["Colleague"]["capacity"]) == (1, None)
    assert loads["Lead"]["load"] == 0
    assert loads["Lead"]["agent"]["id"] == in_rocket.lead.pk


def test_strangers_and_other_desks_find_nothing(
    in_rocket: Cast, matter: Cast, lent: Ticket, sign_in: Any
) -> None:
    for person in (matter.admin, in_rocket.customer):
        client = sign_in(person.user)
        for part in ("handovers/", "loads/"):
            assert client.get(f"{API}/{part}").status_code == 404
        assert assign(client, lent, {"agent": None}).status_code == 404
