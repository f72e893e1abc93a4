"""Moves of a ticket through the API: refused ones name the legal moves and the missing fields."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import AgentDepartment, Department, Visibility
from accounts.tenancy import desk_scope
from tests.cast import Cast
from tickets.models import CloseReason, ClosingReason, FormField, State, Ticket, TicketLink

URL = "/rocket/api/v1/tickets/"


@pytest.fixture
def as_analyst(in_rocket: Cast, sign_in: Any) -> Client:
    client: Client = sign_in(in_rocket.analyst.user)
    return client


def move(client: Client, ticket: Ticket, **given: Any) -> Any:
    return client.post(f"{URL}{ticket.number}/moves/", given, content_type="application/json")


def test_a_ticket_goes_through_its_life(in_rocket: Cast, as_analyst: Client) -> None:
    ticket = in_rocket.open_ticket()
    states = [
        move(as_analyst, ticket, **given).json()["status"]
        for given in (
            {"move": "investigate"},
            {"move": "wait"},
            {"move": "close", "reason": "limitation"},
            {"move": "reopen"},
        )
    ]
    assert states == ["investigating", "waiting", "closed", "open"]
    moves = as_analyst.get(f"{URL}{ticket.number}/moves/").json()["results"]
    assert {one["move"] for one in moves} == {"investigate", "wait", "escalate", "close"}


def test_an_illegal_move_names_the_legal_ones(in_rocket: Cast, as_analyst: Client) -> None:
    ticket = in_rocket.open_ticket()
    refused = move(as_analyst, ticket, move="reopen")
    assert (refused.status_code, refused["Content-Type"]) == (409, "application/problem+json")
    assert refused.json()["legal_moves"] == ["close", "escalate", "investigate", "wait"]
    ticket.refresh_from_db()
    assert ticket.status == State.OPEN


def test_a_status_names_the_fields_that_it_requires(in_rocket: Cast, as_analyst: Client) -> None:
    FormField.objects.create(
        desk=in_rocket.desk, key="cause", label="Cause", required_for=State.CLOSED
    )
    ticket = in_rocket.open_ticket()
    missing = [{"key": "cause", "label": "Cause"}]
    moves = as_analyst.get(f"{URL}{ticket.number}/moves/").json()["results"]
    assert {one["move"]: one["missing_fields"] for one in moves}["close"] == missing
    refused = move(as_analyst, ticket, move="close")
    assert (refused.status_code, refused.json()["missing_fields"]) == (409, missing)
    as_analyst.patch(
        f"{URL}{ticket.number}/", {"fields": {"cause": "Disk"}}, content_type="application/json"
    )
    assert move(as_analyst, ticket, move="close").status_code == 200


def test_closing_takes_a_reason_a_duplicate_and_answers(
    in_rocket: Cast, as_analyst: Client
) -> None:
    own = ClosingReason.objects.create(desk=in_rocket.desk, name="Handed to sales")
    first, second, third = (in_rocket.open_ticket() for _ in range(3))
    assert move(as_analyst, first, move="close", own_reason="handed to sales").status_code == 400
    closed = move(
        as_analyst, first, move="close", own_reason=own.pk, questions={"feature": "Dark mode"}
    )
    assert closed.json()["close_reason"] == CloseReason.OTHER
    assert as_analyst.get("/rocket/api/v1/feedback/").json()
    twice = move(as_analyst, second, move="close", reason="duplicate", duplicate_of=third.number)
    assert twice.status_code == 200
    assert TicketLink.objects.filter(source=second, target=third, kind="duplicate").exists()
    for wrong in (
        {"move": "close", "reason": "duplicate"},
        {"move": "close", "reason": "silence"},
        {"move": "wait", "reason": "solved"},
        {"move": "close", "reason": "duplicate", "duplicate_of": 999_999},
        {"move": "fly"},
    ):
        assert move(as_analyst, third, **wrong).status_code == 400, wrong


def test_an_outsider_moves_nothing(rocket: Cast, matter: Cast, sign_in: Any) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
        AgentDepartment.objects.filter(agent=rocket.colleague).delete()
        Department.objects.filter(pk=ticket.department_id or 0).update(
            visibility=Visibility.MEMBERS
        )
    people = {
        rocket.colleague: 404,  # without the department
        rocket.observer: 403,
        matter.analyst: 404,
    }
    for agent, expected in people.items():
        assert move(sign_in(agent.user), ticket, move="close").status_code == expected, agent
    assert move(sign_in(rocket.analyst.user), ticket, move="close").status_code == 200
