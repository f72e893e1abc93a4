"""The API shows a ticket's conversation and deliveries, and replies by the same rule."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from channels_intake.calls.errors import CallRefusedError
from channels_intake.models import Connection
from tests.cast import Cast
from tests.connections.outgoing.helpers import (
    TinyConnector,
    converse,
    deliver,
    list_parts,
    send,
)
from tickets.models import Message, Ticket

EMAIL = "maria@new.example"


@pytest.fixture
def client(in_rocket: Cast, sign_in: Any) -> Client:
    client: Client = sign_in(in_rocket.analyst.user)
    return client


@pytest.fixture
def ticket(in_rocket: Cast, bot: Connection, vendor: TinyConnector) -> Ticket:
    vendor.allow(window=timedelta(hours=24))
    now = timezone.now()
    return converse(in_rocket, bot, email=EMAIL, window_from=now)[0]


def read(client: Client, ticket: Ticket) -> Any:
    response = client.get(f"/rocket/api/v1/tickets/{ticket.number}/")
    assert response.status_code == 200
    return response.json()


def post(client: Client, ticket: Ticket, **data: Any) -> Any:
    url = f"/rocket/api/v1/tickets/{ticket.number}/messages/"
    given = {"text": "Hello."} | data
    return client.post(url, given, content_type="application/json")


def test_a_ticket_names_its_conversation_and_the_ways_to_reply(
    ticket: Ticket, client: Client
) -> None:
    shown = read(client, ticket)["conversation"]
    ways = shown.pop("ways")
    assert shown == {
        "channel": "telegram",
        "connection": "Our bot",
        "person": "Maria",
        "is_public": False,
        "ended_at": None,
    }
    assert [(way["via"], way["problem"]) for way in ways] == [("channel", ""), ("email", "")]
    assert ways[0]["closes_at"] is not None
    assert (ways[0]["max_chars"], ways[0]["may_split"], ways[0]["max_files"]) == (20, True, 1)


def test_a_ticket_by_email_has_none(in_rocket: Cast, client: Client) -> None:
    assert read(client, in_rocket.open_ticket())["conversation"] is None


def test_a_reply_takes_the_way_and_its_delivery_can_be_read(
    in_rocket: Cast, ticket: Ticket, vendor: TinyConnector, client: Client
) -> None:
    assert post(client, ticket).status_code == 201
    deliver(in_rocket, timezone.now())
    vendor.answers.append(CallRefusedError("Blocked"))
    send(in_rocket, timezone.now())
    deliveries = read(client, ticket)["messages"][-1]["deliveries"]
    assert deliveries == [
        {"channel": "telegram", "to": "Maria", "state": "failed", "problem": "Blocked"}
    ]


def test_a_reply_by_email_says_so(in_rocket: Cast, ticket: Ticket, client: Client) -> None:
    assert post(client, ticket, via="email").status_code == 201
    deliver(in_rocket, timezone.now())
    assert list_parts() == []
    deliveries = read(client, ticket)["messages"][-1]["deliveries"]
    assert [(one["channel"], one["to"]) for one in deliveries] == [("email", EMAIL)]


@pytest.mark.parametrize(
    ("data", "field"),
    [({"text": "x" * 500}, "text"), ({"via": "pigeon"}, "via")],
)
def test_what_the_way_does_not_take_is_refused_by_field(
    ticket: Ticket, client: Client, data: dict[str, str], field: str
) -> None:
    response = post(client, ticket, **data)
    assert response.status_code == 400
    assert [error["field"] for error in response.json()["errors"]] == [field]
    assert not Message.objects.filter(ticket=ticket, agent__isnull=False).exists()
