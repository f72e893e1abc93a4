"""Promised updates, holds and thank-yous through the API."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.cast import NOON, Cast
from tickets.models import Ticket, TicketEvent
from tickets.services import NewMessage, add_customer_message, reply

HOUR = timedelta(hours=1)


@pytest.fixture
def as_analyst(in_rocket: Cast, sign_in: Any) -> Client:
    return sign_in(in_rocket.analyst.user)


@pytest.fixture
def ticket(in_rocket: Cast) -> Ticket:
    return in_rocket.open_ticket()


def get_url(ticket: Ticket, part: str) -> str:
    return f"/rocket/api/v1/tickets/{ticket.number}/{part}/"


def put(client: Client, url: str, data: Any) -> Any:
    return client.put(url, data, content_type="application/json")


def test_a_ticket_says_what_it_owes(as_analyst: Client, ticket: Ticket) -> None:
    shown = as_analyst.get(get_url(ticket, "")[:-1]).json()
    assert datetime.fromisoformat(shown["unanswered_since"]) == NOON
    assert shown["due_clock"] == "first_response"
    assert shown["due_at"] == shown["response_due_at"]
    [listed] = as_analyst.get("/rocket/api/v1/tickets/").json()["results"]
    for name in ("unanswered_since", "due_at", "due_clock", "hold_until"):
        assert listed[name] == shown[name]


def test_a_thank_you_needs_no_reply(in_rocket: Cast, as_analyst: Client, ticket: Ticket) -> None:
    early = as_analyst.post(get_url(ticket, "no-reply-needed"), content_type="application/json")
    assert early.status_code == 409
    assert "first response" in early.json()["detail"]
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Done", at=NOON)
    new = NewMessage("Thanks", "email")
    add_customer_message(ticket_id=ticket.pk, contact=in_rocket.customer, new=new, at=NOON + HOUR)
    done = as_analyst.post(get_url(ticket, "no-reply-needed"), content_type="application/json")
    assert done.status_code == 200, done.json()
    assert (done.json()["unanswered_since"], done.json()["status"]) == (None, "waiting")


def test_a_promise_and_its_withdrawal(as_analyst: Client, ticket: Ticket) -> None:
    due = timezone.now() + HOUR
    made = put(as_analyst, get_url(ticket, "promised-update"), {"due_at": due.isoformat()})
    assert made.status_code == 200, made.json()
    assert as_analyst.delete(get_url(ticket, "promised-update")).status_code == 200
    kinds = ["update.promised", "promise.withdrawn"]
    assert TicketEvent.objects.filter(ticket=ticket, kind__in=kinds).count() == 2


def test_a_hold_and_its_end(as_analyst: Client, ticket: Ticket) -> None:
    until = timezone.now() + HOUR
    data = {"until": until.isoformat(), "why": "Vacation"}
    held = put(as_analyst, get_url(ticket, "hold"), data)
    assert datetime.fromisoformat(held.json()["hold_until"]) == until
    assert as_analyst.delete(get_url(ticket, "hold")).json()["hold_until"] is None


@pytest.mark.parametrize(
    ("part", "data", "field"),
    [
        ("promised-update", {"due_at": "2020-01-01T00:00:00Z"}, "due_at"),
        ("promised-update", {}, "due_at"),
        ("hold", {"until": "2020-01-01T00:00:00Z", "why": "x"}, "until"),
        ("hold", {"until": "2099-01-01T00:00:00Z"}, "why"),
        ("hold", {"until": "2099-01-01T00:00:00Z", "why": "x", "more": 1}, "more"),
    ],
)
def test_an_error_names_its_field(
    as_analyst: Client, ticket: Ticket, part: str, data: Any, field: str
) -> None:
    answer = put(as_analyst, get_url(ticket, part), data)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_a_reply_promises_the_next_update(as_analyst: Client, ticket: Ticket) -> None:
    url, soon = get_url(ticket, "messages"), (timezone.now() + HOUR).isoformat()
    late = {"text": "Looking", "next_update_at": "2020-01-01T00:00:00Z"}
    refused = as_analyst.post(url, late, content_type="application/json")
    assert [error["field"] for error in refused.json()["errors"]] == ["next_update_at"]
    sent = {"text": "Looking", "next_update_at": soon}
    assert as_analyst.post(url, sent, content_type="application/json").status_code == 201
    assert TicketEvent.objects.filter(ticket=ticket, kind="update.promised").exists()


def test_observers_and_other_desks_are_kept_out(
    in_rocket: Cast, matter: Cast, sign_in: Any, ticket: Ticket
) -> None:
    for person, code in ((in_rocket.observer, 403), (matter.analyst, 404)):
        client = sign_in(person.user)
        assert (
            client.post(
                get_url(ticket, "no-reply-needed"), content_type="application/json"
            ).status_code
            == code
        )
        assert client.delete(get_url(ticket, "hold")).status_code == code
        assert put(client, get_url(ticket, "promised-update"), {}).status_code == code
