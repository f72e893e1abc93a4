"""Side conversations through the API: list, start, write, people, done."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Agent
from tests.cast import NOON, Cast
from tickets.models import SideConversation, SideMessage, SideParticipant, Ticket
from tickets.relations.merging import merge_ticket
from tickets.side_conversations.receiving import NewSideMessage, add_third_party_message

VENDOR, DEV = "ops@vendor.example", "dev@vendor.example"
START = {"emails": [VENDOR], "subject": "Router", "text": "Is it **your** router?"}


@pytest.fixture
def as_analyst(in_rocket: Cast, sign_in: Any) -> Client:
    return sign_in(in_rocket.analyst.user)


@pytest.fixture
def ticket(in_rocket: Cast) -> Ticket:
    return in_rocket.open_ticket()


def get_url(ticket: Ticket, part: str = "") -> str:
    return f"/rocket/api/v1/tickets/{ticket.number}/side-conversations/{part}"


def post(client: Client, url: str, data: Any, **headers: str) -> Any:
    return client.post(url, data, content_type="application/json", headers=headers)


def test_a_conversation_from_start_to_end(as_analyst: Client, ticket: Ticket) -> None:
    for _retry in range(2):
        started = post(as_analyst, get_url(ticket), START, **{"idempotency-key": "one"})
        assert started.status_code == 201, started.json()
    side = started.json()
    assert SideConversation.objects.count() == 1
    assert [one["email"] for one in side["people"]] == [VENDOR]
    new = NewSideMessage(sender=VENDOR, sender_name="Ops", text="Yes, it is.")
    add_third_party_message(side_id=side["id"], new=new, at=timezone.now())
    [listed] = as_analyst.get(get_url(ticket)).json()["results"]
    assert (listed["state"], listed["answered_at"] is None) == ("open", False)
    shown = as_analyst.get(get_url(ticket, f"{side['id']}/")).json()
    by_agent, by_vendor = (one["author"] for one in shown["messages"])
    assert (by_agent["kind"], by_agent["name"]) == ("agent", "Analyst")
    assert by_vendor == {"kind": "third_party", "id": side["people"][0]["id"], "name": "Ops"}
    url, first = get_url(ticket, f"{side['id']}/messages/"), shown["messages"][0]["id"]
    late = post(as_analyst, url, {"text": "Any news?", "last_seen_message": first})
    assert late.status_code == 409
    seen = shown["messages"][1]["id"]
    written = post(as_analyst, url, {"text": "Thanks", "last_seen_message": seen})
    assert (written.status_code, written.json()["body_text"]) == (201, "Thanks")
    done = post(as_analyst, get_url(ticket, f"{side['id']}/done/"), {})
    assert (done.status_code, done.json()["state"]) == (200, "done")


def test_a_list_costs_a_fixed_number_of_statements(as_analyst: Client, ticket: Ticket) -> None:
    counts = []
    for _more in range(3):
        assert post(as_analyst, get_url(ticket), START).status_code == 201
        with CaptureQueriesContext(connection) as captured:
            listed = as_analyst.get(get_url(ticket)).json()["results"]
        counts.append((len(listed), len(captured)))
    assert [length for length, _count in counts] == [1, 2, 3]
    assert counts[1][1] == counts[2][1]


def test_people_come_and_go(as_analyst: Client, ticket: Ticket) -> None:
    side = post(as_analyst, get_url(ticket), START).json()
    url = get_url(ticket, f"{side['id']}/people/")
    added = post(as_analyst, url, {"emails": [DEV]})
    assert [one["email"] for one in added.json()["people"]] == [VENDOR, DEV]
    first, second = (f"{url}{one['id']}/" for one in added.json()["people"])
    assert [one["email"] for one in as_analyst.delete(first).json()["people"]] == [DEV]
    assert as_analyst.delete(second).status_code == 409


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"emails": []}, "emails"),
        ({"emails": ["nobody"]}, "emails"),
        ({"emails": ["support@rocket.example"]}, "emails"),
        ({"subject": " "}, "subject"),
        ({"text": ""}, "text"),
        ({"more": 1}, "more"),
    ],
)
def test_an_error_names_its_field(
    as_analyst: Client, ticket: Ticket, change: dict[str, Any], field: str
) -> None:
    answer = post(as_analyst, get_url(ticket), START | change)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert not SideConversation.objects.exists()


def test_after_a_merge_both_numbers_lead_to_it(
    in_rocket: Cast, as_analyst: Client, ticket: Ticket
) -> None:
    side = post(as_analyst, get_url(ticket), START).json()
    end = in_rocket.open_ticket()
    merge_ticket(ticket_id=ticket.pk, into_id=end.pk, agent=in_rocket.analyst, at=NOON)
    assert as_analyst.get(get_url(ticket)).json()["results"] == []
    for one in (ticket, end):
        shown = as_analyst.get(get_url(one, f"{side['id']}/")).json()
        assert (shown["ticket"]["id"], shown["merged_from"]["id"]) == (end.number, ticket.number)


def test_outsiders_and_trainees_write_nothing(
    in_rocket: Cast, matter: Cast, as_analyst: Client, sign_in: Any, ticket: Ticket
) -> None:
    side = post(as_analyst, get_url(ticket), START).json()
    person = SideParticipant.objects.get()
    acts = [
        ("post", "", START),
        ("post", f"{side['id']}/messages/", {"text": "x"}),
        ("post", f"{side['id']}/people/", {"emails": [DEV]}),
        ("post", f"{side['id']}/done/", {}),
        ("delete", f"{side['id']}/people/{person.pk}/", {}),
    ]
    other = in_rocket.open_ticket()
    for who, code in ((in_rocket.observer, 403), (in_rocket.customer, 404), (matter.admin, 404)):
        client = sign_in(who.user)
        for method, part, data in acts:
            url = get_url(ticket, part)
            answer = getattr(client, method)(url, data, content_type="application/json")
            assert answer.status_code == code, (who, url)
    for method, part, data in acts[1:]:
        url = get_url(other, part)  # of another ticket
        answer = getattr(as_analyst, method)(url, data, content_type="application/json")
        assert answer.status_code == 404
    Agent.objects.filter(pk=in_rocket.analyst.pk).update(needs_approval=True)
    for method, part, data in acts[:3]:
        answer = getattr(as_analyst, method)(
            get_url(ticket, part), data, content_type="application/json"
        )
        assert answer.status_code == 403
    assert (SideMessage.objects.count(), SideParticipant.objects.count()) == (1, 1)
