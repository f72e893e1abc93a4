"""The ticket list of the API: filters, search, views and orders of the Tickets page, and fields."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.database import settled
from accounts.models import AgentDepartment, Department, Visibility
from accounts.tenancy import desk_scope
from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.conditions.properties import PROPERTIES
from tickets.models import FormField, SavedView, Tag, Ticket, TicketTag
from tickets.services import assign, change_priority, close, reply

LIST = "/rocket/api/v1/tickets/"


@pytest.fixture
def as_analyst(in_rocket: Cast, sign_in: Any) -> Client:
    client: Client = sign_in(in_rocket.analyst.user)
    return client


@pytest.fixture
def tickets(in_rocket: Cast) -> list[Ticket]:
    """Four tickets: waiting and mine, closed, of high priority with a tag, and of somebody else."""
    made = [in_rocket.open_ticket(at=NOON + timedelta(minutes=n)) for n in range(3)]
    made.append(in_rocket.open_ticket(contact=in_rocket.elsewhere, text="Printer on fire"))
    agent, by, at = in_rocket.analyst, Actor.of(in_rocket.analyst), NOON + timedelta(hours=1)
    for one in made:
        assign(ticket_id=one.pk, agent=in_rocket.colleague, by=by, at=at)
    assign(ticket_id=made[0].pk, agent=agent, by=by, at=at)
    reply(ticket_id=made[0].pk, agent=agent, text="Try this", at=at)
    close(ticket_id=made[1].pk, by=by, at=at)
    high = in_rocket.priorities["High"]
    change_priority(ticket_id=made[2].pk, priority=high, by=by, at=at)
    tag = Tag.objects.create(desk=in_rocket.desk, name="vip")
    TicketTag.objects.create(desk=in_rocket.desk, ticket=made[2], tag=tag)
    return made


def find(client: Client, tickets: list[Ticket], **given: Any) -> list[int]:
    """Return the places of the tickets that a list has, in its order."""
    answer = client.get(LIST, given)
    assert answer.status_code == 200, answer.json()
    places = {one.number: place for place, one in enumerate(tickets)}
    return [places[one["number"]] for one in answer.json()["results"]]


def test_a_list_is_filtered_by_properties_views_and_operators(
    in_rocket: Cast, as_analyst: Client, tickets: list[Ticket]
) -> None:
    field = FormField.objects.create(desk=in_rocket.desk, key="edition", label="Edition")
    Ticket.objects.filter(pk=tickets[3].pk).update(fields={field.key: "Cloud"})
    elsewhere = in_rocket.other_account.pk
    for given, expected in (
        ({"status": "waiting"}, {0}),
        ({"status": "waiting,closed"}, {0, 1}),
        ({"not_status": "waiting,closed"}, {2, 3}),
        ({"priority": "High"}, {2}),
        ({"priority": in_rocket.priorities["High"].pk, "tag": "VIP"}, {2}),
        ({"assignee": "me"}, {0}),
        ({"assignee": "nobody"}, set()),
        ({"account": elsewhere}, {3}),
        ({"requester": in_rocket.elsewhere.email}, {3}),
        ({"created_before": "2026-11-18"}, set()),
        ({"created_after": "2026-11-18", "level": "l1"}, {0, 1, 2, 3}),
        ({"view": "mine"}, {0}),
        ({"view": "all-open"}, {0, 2, 3}),
        ({"view": "all-open", "q": "printer"}, {3}),
        ({"q": "is:waiting -tag:vip"}, {0}),
        ({"q": "printer", "status": "waiting"}, set()),
    ):
        assert set(find(as_analyst, tickets, **given)) == expected, given


def test_a_list_is_sorted_and_has_saved_views(
    in_rocket: Cast, as_analyst: Client, tickets: list[Ticket], sign_in: Any
) -> None:
    assert find(as_analyst, tickets, sort="oldest") == [0, 1, 2, 3]
    assert find(as_analyst, tickets, sort="newest") == [3, 2, 1, 0]
    due = as_analyst.get(LIST, {"view": "all-open", "sort": "deadline"}).json()["results"]
    deadlines = [one["due_at"] or "9999" for one in due]
    assert deadlines == sorted(deadlines)
    view = SavedView.objects.create(
        desk=in_rocket.desk,
        agent=in_rocket.analyst,
        name="Waiting",
        base="all",
        conditions={"status": "waiting,closed"},
        sort="oldest",
        updated_at=NOON,
    )
    assert find(as_analyst, tickets, view=view.slug) == [0, 1]
    assert find(as_analyst, tickets, view=view.slug, assignee="me") == [0]
    colleague = sign_in(in_rocket.colleague.user)
    assert colleague.get(LIST, {"view": view.slug}).status_code == 400


def test_changes_are_read_once_each_and_in_order(
    in_rocket: Cast,
    as_analyst: Client,
    tickets: list[Ticket],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = timezone.now()
    for one in (3, 0, 2, 1):
        # As jobs and imports write it: the time says nothing about when that was.
        at = now - timedelta(days=one)
        Ticket.objects.filter(pk=tickets[one].pk).update(updated_at=at)
    url: str | None = f"{LIST}?limit=2&updated_since=2026-01-01T00:00:00Z"
    # What is saved just now may still be joined by an earlier change.
    assert as_analyst.get(url).json()["results"] == []
    monkeypatch.setattr(settled, "MARGIN", timedelta(0))
    seen: list[int] = []
    while url:
        page = as_analyst.get(url).json()
        seen += [one["number"] for one in page["results"]]
        url = page["next"]
    assert seen == [tickets[place].number for place in (3, 0, 2, 1)]
    last = page["results"][-1]["changed_at"]
    assert find(as_analyst, tickets, updated_since=last) == [1]
    Ticket.objects.filter(pk=tickets[0].pk).update(updated_at=now - timedelta(days=9))
    assert find(as_analyst, tickets, updated_since=last) == [1, 0]


def test_what_cannot_be_is_refused(
    in_rocket: Cast, matter: Cast, as_analyst: Client, tickets: list[Ticket]
) -> None:
    for given in (
        {"state": "waiting"},
        {"status": "sleeping"},
        {"priority": "Urgent"},
        {"priority": "1" * 30},
        {"tag": "nothing"},
        {"view": "nothing"},
        {"view": "s999999"},
        {"sort": "priority"},  # of closed tickets, too
        {"sort": "deadline"},
        {"q": "tag:nothing"},
        {"q": "x" * 2000},
        {"created_after": "yesterday"},
        {"updated_since": "yesterday"},
        {"updated_since": "2026-01-01T00:00:00Z", "sort": "newest"},
        {"fields": "number,secret"},
        {"expand": "secret"},
        {"cursor": "x"},
    ):
        answer = as_analyst.get(LIST, given)
        assert answer.status_code == 400, given
        assert answer.json()["errors"], given
    assert as_analyst.get(LIST, {"tag": "a\0b"}).status_code == 400
    assert find(as_analyst, tickets, department=matter.departments["paid"].pk) == []


def test_fields_and_expansions_cost_no_statement_per_ticket(
    in_rocket: Cast, as_analyst: Client, tickets: list[Ticket]
) -> None:
    given = {"expand": "contact,account,assignee,tags"}
    (shown,) = as_analyst.get(LIST, given | {"tag": "vip"}).json()["results"]
    assert shown["tags"] == ["vip"]
    assert shown["account"]["plan"]["name"] == in_rocket.plan.name
    assert shown["contact"]["account"]["id"] == in_rocket.account.pk
    assert shown["assignee"]["email"] == in_rocket.colleague.user.email
    (few,) = as_analyst.get(LIST, {"fields": "number,status", "tag": "vip"}).json()["results"]
    assert few == {"number": tickets[2].number, "status": tickets[2].status}
    in_rocket.open_ticket(contact=in_rocket.stranger)  # whose details are read, too
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            as_analyst.get(LIST, given)
        counts.append(len(captured))
        for _ in range(10):
            in_rocket.open_ticket(contact=in_rocket.stranger)
    assert counts[0] == counts[1]


def test_every_filter_of_the_page_is_a_parameter(as_analyst: Client) -> None:
    for name in PROPERTIES:
        assert as_analyst.get(LIST, {name: ""}).status_code == 200, name


def test_hidden_tickets_are_in_no_list(rocket: Cast, matter: Cast, sign_in: Any) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket(text="Printer on fire")
        AgentDepartment.objects.filter(agent=rocket.colleague).delete()
        departments = Department.objects.filter(pk=ticket.department_id or 0)
        departments.update(visibility=Visibility.MEMBERS)
        Ticket.objects.filter(pk=ticket.pk).update(assignee=rocket.analyst)
    found = {"q": "printer"}, {"view": "all"}, {"department": str(ticket.department_id)}
    for given in found:
        for agent, count in ((rocket.analyst, 1), (rocket.colleague, 0)):
            answer = sign_in(agent.user).get(LIST, given)
            assert len(answer.json()["results"]) == count, (given, agent)
    assert sign_in(matter.admin.user).get(LIST).status_code == 404
