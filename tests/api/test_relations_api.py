"""Links, merges, splits, follow-ups and spam through the API, between tickets that one can see."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from accounts.models import AgentDepartment, Department, Visibility
from accounts.tenancy import desk_scope
from channels_intake.models import BlockedSender
from tests.cast import Cast
from tickets.models import Message, State, Ticket

URL = "/rocket/api/v1/tickets/"


@pytest.fixture
def as_analyst(in_rocket: Cast, sign_in: Any) -> Client:
    client: Client = sign_in(in_rocket.analyst.user)
    return client


def send(client: Client, method: str, path: str, **given: Any) -> Any:
    return client.generic(method, f"{URL}{path}", json.dumps(given), "application/json")


def test_tickets_are_linked_and_unlinked(in_rocket: Cast, as_analyst: Client) -> None:
    problem, incident = in_rocket.open_ticket(), in_rocket.open_ticket()
    path = f"{incident.number}/links/"
    (link,) = send(as_analyst, "POST", path, kind="problem", other=problem.number).json()["results"]
    assert link["relation"] == "problem"
    assert link["ticket"] == {
        "kind": "ticket", "id": problem.number, "name": problem.reference,
    }  # fmt: skip
    (seen,) = as_analyst.get(f"{URL}{problem.number}/links/").json()["results"]
    assert (seen["relation"], seen["ticket"]["id"]) == ("incident", incident.number)
    again = send(as_analyst, "POST", path, kind="problem", other={"id": problem.number})
    assert len(again.json()["results"]) == 1
    for status in (204, 409):
        assert send(as_analyst, "DELETE", f"{path}{link['link_id']}/").status_code == status
    for wrong in ({"kind": "problem", "other": 999_999}, {"kind": "boss", "other": problem.number}):
        assert send(as_analyst, "POST", path, **wrong).status_code == 400
    itself = send(as_analyst, "POST", path, kind="related", other=incident.number)
    assert itself.status_code == 400


def test_a_ticket_is_merged_and_taken_apart_again(in_rocket: Cast, as_analyst: Client) -> None:
    one, other = in_rocket.open_ticket(), in_rocket.open_ticket(contact=in_rocket.elsewhere)
    path = f"{one.number}/merge/"
    refused = send(as_analyst, "POST", path, into=other.number)
    assert refused.status_code == 400
    assert "across_accounts" in json.dumps(refused.json()["errors"])
    merged = send(as_analyst, "POST", path, into=other.number, across_accounts=True, text="Joined")
    assert (merged.status_code, merged.json()["number"]) == (200, other.number)
    assert Message.objects.filter(ticket=one, body_text="Joined").count() == 1
    undone = send(as_analyst, "DELETE", path)
    assert (undone.status_code, undone.json()["status"]) == (200, State.OPEN)
    assert send(as_analyst, "DELETE", path).status_code == 409


def test_a_message_is_split_off_and_a_ticket_followed_up(
    in_rocket: Cast, as_analyst: Client
) -> None:
    ticket = in_rocket.open_ticket()
    message = Message.objects.get(ticket=ticket)
    split = send(
        as_analyst, "POST", f"{ticket.number}/split/", message=message.pk, subject="Another"
    )
    assert (split.status_code, split.json()["subject"]) == (201, "Another")
    missing = send(as_analyst, "POST", f"{ticket.number}/split/", message=1, subject="x")
    assert missing.status_code == 409
    path, given = f"{ticket.number}/follow-ups/", {"subject": "Again", "text": "Once more"}
    opened = send(as_analyst, "POST", path, **given)
    assert opened.status_code == 201
    new = Ticket.objects.get(number=opened.json()["number"])
    assert (new.follow_up_of, new.contact) == (ticket, in_rocket.customer)
    relations = as_analyst.get(f"{URL}{ticket.number}/links/").json()["results"]
    assert {one["relation"] for one in relations} == {"split_off", "follow_up"}
    Ticket.objects.filter(pk=ticket.pk).update(is_unverified=True, account=None)
    assert send(as_analyst, "POST", path, **given).status_code == 409


def test_spam_is_closed_and_its_sender_blocked(
    in_rocket: Cast, as_analyst: Client, sign_in: Any
) -> None:
    first, second = (in_rocket.open_ticket(contact=in_rocket.elsewhere) for _ in range(2))
    # What only admins may do leaves the ticket as it is.
    assert send(as_analyst, "POST", f"{first.number}/spam/", block="domain").status_code == 403
    first.refresh_from_db()
    assert first.status == State.OPEN
    marked = send(as_analyst, "POST", f"{first.number}/spam/", block="sender").json()
    assert (marked["status"], marked["close_reason"]) == (State.CLOSED, "spam")
    assert BlockedSender.objects.get().value == in_rocket.elsewhere.email
    admin = sign_in(in_rocket.admin.user)
    blocked = send(admin, "POST", f"{second.number}/spam/", block="domain")
    assert blocked.status_code == 200
    domain = in_rocket.elsewhere.email.rpartition("@")[2]
    assert BlockedSender.objects.filter(value=domain).exists()


def test_hidden_tickets_can_neither_be_named_nor_seen(
    rocket: Cast, matter: Cast, sign_in: Any
) -> None:
    with desk_scope(rocket.desk):
        hidden, mine = rocket.open_ticket(), rocket.open_ticket()
        AgentDepartment.objects.filter(agent=rocket.colleague).delete()
        departments = Department.objects.filter(pk=hidden.department_id or 0)
        departments.update(visibility=Visibility.MEMBERS)
        Ticket.objects.filter(pk=mine.pk).update(assignee=rocket.colleague)
        Ticket.objects.filter(pk=hidden.pk).update(assignee=rocket.analyst)
    analyst, colleague = sign_in(rocket.analyst.user), sign_in(rocket.colleague.user)
    for path, given in (
        ("links/", {"kind": "related", "other": hidden.number}),
        ("merge/", {"into": hidden.number}),
        ("moves/", {"move": "close", "reason": "duplicate", "duplicate_of": hidden.number}),
    ):
        answer = send(colleague, "POST", f"{mine.number}/{path}", **given)
        assert answer.status_code == 400, path
    linked = send(analyst, "POST", f"{hidden.number}/links/", kind="related", other=mine.number)
    assert len(linked.json()["results"]) == 1
    assert colleague.get(f"{URL}{mine.number}/links/").json()["results"] == []
    events = colleague.get(f"{URL}{mine.number}/events/").json()["results"]
    assert [
        event["data"].get("other") for event in events if event["kind"] == "tickets.linked"
    ] == [None]
    for path in ("links/", "merge/", "split/", "follow-ups/", "spam/"):
        assert send(sign_in(matter.admin.user), "POST", f"{mine.number}/{path}").status_code == 404
