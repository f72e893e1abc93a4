"""Properties, requester and followers of a ticket through the API: all changes or none."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from accounts.models import Contact, Product
from accounts.tenancy import desk_scope
from channels_intake.models import BlockedSender
from tests.cast import Cast
from tickets.models import Tag, Ticket, TicketEvent

URL = "/rocket/api/v1/tickets/"


@pytest.fixture
def as_analyst(in_rocket: Cast, sign_in: Any) -> Client:
    client: Client = sign_in(in_rocket.analyst.user)
    return client


def send(client: Client, method: str, path: str, **given: Any) -> Any:
    return client.generic(method, f"{URL}{path}", json.dumps(given), "application/json")


def test_several_properties_change_at_once(in_rocket: Cast, as_analyst: Client) -> None:
    ticket = in_rocket.open_ticket()
    product = Product.objects.create(desk=in_rocket.desk, name="Server")
    Tag.objects.create(desk=in_rocket.desk, name="vip")
    before = as_analyst.get(f"{URL}{ticket.number}/").json()
    answer = send(
        as_analyst,
        "PATCH",
        f"{ticket.number}/",
        subject="Disk full",
        priority="High",
        product={"kind": "product", "id": product.pk, "name": "Server"},
        department=in_rocket.departments["trials"].pk,
        assignee=in_rocket.colleague.user.email,
        impact="",
        tags=["vip"],
    )
    assert answer.status_code == 200, answer.json()
    shown = as_analyst.get(f"{URL}{ticket.number}/").json()
    assert answer.json() == {name: shown[name] for name in answer.json()}
    assert (shown["subject"], shown["tags"]) == ("Disk full", ["vip"])
    assert shown["priority"]["name"] == "High"
    assert shown["product"] == {"kind": "product", "id": product.pk, "name": "Server"}
    assert shown["department"]["name"] == "Trials"
    assert shown["assignee"]["id"] == in_rocket.colleague.pk
    # What was read can be written again, and changes nothing.
    events = TicketEvent.objects.count()
    again = {name: before[name] for name in ("priority", "account", "product")}
    send(as_analyst, "PATCH", f"{ticket.number}/", **again | {"priority": shown["priority"]})
    assert TicketEvent.objects.count() == events + 1  # the product


def test_one_refused_change_leaves_all_others_out(in_rocket: Cast, as_analyst: Client) -> None:
    ticket = in_rocket.open_ticket()
    observer = in_rocket.observer.pk
    refused = send(as_analyst, "PATCH", f"{ticket.number}/", subject="New", assignee=observer)
    assert refused.status_code == 403
    ticket.refresh_from_db()
    assert ticket.subject != "New"


def test_rows_of_another_desk_and_strange_values_are_unknown(
    in_rocket: Cast, matter: Cast, as_analyst: Client
) -> None:
    ticket = in_rocket.open_ticket()
    urgent = matter.priorities["Urgent"]
    for given in (
        {"priority": urgent.pk},
        {"priority": "Urgent"},
        {"priority": True},
        {"priority": [1]},
        {"priority": 10**30},
        {"priority": {"id": "1"}},
        {"priority": None},
        {"assignee": matter.analyst.pk},
        {"assignee": matter.analyst.user.email},
        {"account": matter.account.pk},
        {"tags": ["nothing"]},
        {"tags": "vip"},
        {"subject": ""},
        {"subject": "a\0b"},
        {"status": "closed"},
    ):
        answer = send(as_analyst, "PATCH", f"{ticket.number}/", **given)
        assert answer.status_code == 400, given
        assert answer.json()["errors"], given


def test_requester_and_followers_change(in_rocket: Cast, as_analyst: Client) -> None:
    ticket = in_rocket.open_ticket()
    number, customer = ticket.number, in_rocket.customer
    changed = send(
        as_analyst,
        "PUT",
        f"{number}/requester/",
        contact={"email": in_rocket.elsewhere.email},
        is_verified=True,
        keeps_following=True,
    ).json()
    assert changed["contact"]["id"] == in_rocket.elsewhere.pk
    assert changed["account"]["id"] == in_rocket.other_account.pk
    follower = {
        "kind": "contact", "id": customer.pk, "name": str(customer), "email": customer.email,
    }  # fmt: skip
    assert as_analyst.get(f"{URL}{number}/followers/").json()["results"] == [follower]
    added = send(as_analyst, "POST", f"{number}/followers/", email="new@acme.example").json()[
        "results"
    ]
    new = Contact.objects.get(email="new@acme.example")
    assert [one["id"] for one in added] == [customer.pk, new.pk]
    for status in (204, 404):
        assert send(as_analyst, "DELETE", f"{number}/followers/{new.pk}/").status_code == status


def test_own_and_blocked_addresses_are_refused(
    in_rocket: Cast, matter: Cast, as_analyst: Client
) -> None:
    ticket = in_rocket.open_ticket()
    BlockedSender.objects.create(desk=in_rocket.desk, value="spam.example")
    for given in (
        {"email": in_rocket.mailbox.address},
        {"email": in_rocket.lead.user.email},
        {"email": "x@spam.example"},
        {"id": matter.customer.pk},
        {"id": 1, "email": "a@acme.example"},
        {},
    ):
        follower = send(as_analyst, "POST", f"{ticket.number}/followers/", **given)
        requester = send(as_analyst, "PUT", f"{ticket.number}/requester/", contact=given)
        assert (follower.status_code, requester.status_code) == (400, 400), given
        (error,) = requester.json()["errors"]
        assert error["field"].startswith("contact."), error
    assert as_analyst.get(f"{URL}{ticket.number}/followers/").json()["results"] == []


def test_a_sender_is_verified_by_hand(in_rocket: Cast, as_analyst: Client) -> None:
    ticket = in_rocket.open_ticket(is_unverified=True)
    verified = send(as_analyst, "POST", f"{ticket.number}/verification/", why="Called back")
    assert (verified.status_code, verified.json()["is_unverified"]) == (200, False)


def test_an_observer_and_another_desk_change_nothing(
    rocket: Cast, matter: Cast, sign_in: Any
) -> None:
    with desk_scope(rocket.desk):
        ticket: Ticket = rocket.open_ticket()
    for agent, expected in ((rocket.observer, 403), (matter.admin, 404)):
        client = sign_in(agent.user)
        for method, path in (
            ("PATCH", ""),
            ("PUT", "requester/"),
            ("POST", "verification/"),
            ("POST", "followers/"),
            ("DELETE", f"followers/{rocket.customer.pk}/"),
        ):
            answer = send(client, method, f"{ticket.number}/{path}")
            assert answer.status_code == expected, (agent, method, path)
