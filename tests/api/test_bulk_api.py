"""Macros, saved views and bulk changes through the API, with the rights of each agent."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tests.cast import NOON, Cast
from tickets.macros.acts import Acts
from tickets.macros.saving import MacroContent, create_macro
from tickets.models import SavedView, State, Ticket

API = "/rocket/api/v1/"


@pytest.fixture
def as_analyst(in_rocket: Cast, sign_in: Any) -> Client:
    client: Client = sign_in(in_rocket.analyst.user)
    return client


def send(client: Client, method: str, path: str, **given: Any) -> Any:
    return client.generic(method, f"{API}{path}", json.dumps(given), "application/json")


def test_a_macro_is_previewed_and_applied(
    in_rocket: Cast, matter: Cast, as_analyst: Client, sign_in: Any
) -> None:
    high = in_rocket.priorities["High"]
    content = MacroContent(
        name="Reset", text="Hello {{contact.name}}", acts=Acts(priority=high.pk, status="waiting")
    )
    macro = create_macro(content=content, agent=in_rocket.analyst, is_shared=False)
    ticket = in_rocket.open_ticket()
    path = f"tickets/{ticket.number}/macros/"
    (usable,) = as_analyst.get(f"{API}{path}").json()["results"]
    assert (usable["id"], usable["name"]) == (macro.pk, "Reset")
    preview = as_analyst.get(f"{API}{path}{macro.pk}/").json()
    assert preview["steps"] == ["Set the priority to High."]
    assert preview["reply"] == f"Hello {in_rocket.customer}"
    ticket.refresh_from_db()
    assert ticket.priority != high
    applied = send(as_analyst, "POST", f"{path}{macro.pk}/").json()
    assert applied == {"reply": f"Hello {in_rocket.customer}", "then": "waiting"}
    ticket.refresh_from_db()
    assert (ticket.priority, ticket.status) == (high, State.OPEN)
    for agent, status in ((in_rocket.colleague, 404), (matter.admin, 404)):
        assert send(sign_in(agent.user), "POST", f"{path}{macro.pk}/").status_code == status
    assert send(sign_in(in_rocket.observer.user), "POST", f"{path}{macro.pk}/").status_code == 403


def test_views_are_saved_counted_and_deleted(
    in_rocket: Cast, as_analyst: Client, sign_in: Any
) -> None:
    in_rocket.open_ticket()
    high = in_rocket.priorities["High"].pk
    given = {"name": "Urgent", "base": "all", "conditions": {"not_priority": str(high)}}
    saved = send(as_analyst, "POST", "views/", **given)
    assert saved.status_code == 201, saved.json()
    view = saved.json()
    (count,) = as_analyst.get(f"{API}views/counts/").json()["results"]
    assert count == {"slug": view["slug"], "count": "1"}
    listed = as_analyst.get(f"{API}tickets/", {"view": view["slug"]}).json()["results"]
    assert len(listed) == 1
    path = f"views/{view['id']}/"
    assert send(as_analyst, "PUT", path, **given | {"sort": "oldest"}).json()["sort"] == "oldest"
    assert send(as_analyst, "POST", f"{path}place/", up=True).status_code == 200
    assert send(sign_in(in_rocket.admin.user), "GET", path).status_code == 404
    for wrong in (
        {"base": "nothing"},
        {"sort": "deadline"},
        {"conditions": {"color": "red"}},
        {"conditions": {"status": "sleeping"}},
        {"columns": ["secret"]},
        {"name": ""},
        {"grouping": "x"},
    ):
        assert (
            send(as_analyst, "POST", "views/", **given | {"name": "X"} | wrong).status_code == 400
        )
    assert send(as_analyst, "POST", "views/", **given | {"is_shared": True}).status_code == 403
    assert send(as_analyst, "DELETE", path).status_code == 204
    assert not SavedView.objects.exists()


def test_a_shared_view_is_changed_by_leads_only(
    in_rocket: Cast, as_analyst: Client, sign_in: Any
) -> None:
    shared = SavedView.objects.create(desk=in_rocket.desk, name="Shared", updated_at=NOON)
    path = f"views/{shared.pk}/"
    assert not as_analyst.get(f"{API}{path}").json()["can_change"]
    assert send(as_analyst, "PUT", path, name="Mine").status_code == 403
    assert send(as_analyst, "DELETE", path).status_code == 403
    lead = sign_in(in_rocket.lead.user)
    assert send(lead, "PUT", path, name="Ours", is_shared=True).json()["name"] == "Ours"


def test_many_tickets_change_at_once_and_back(
    in_rocket: Cast, matter: Cast, as_analyst: Client, sign_in: Any
) -> None:
    tickets = [in_rocket.open_ticket() for _ in range(3)]
    numbers = [one.number for one in tickets]
    changes = {"priority": "High", "assignee": in_rocket.analyst.pk, "add_tags": ["vip"]}
    started = send(as_analyst, "POST", "bulk-changes/", tickets=numbers, changes=changes)
    assert started.status_code == 201, started.json()
    job = started.json()
    assert (job["total"], job["done"], job["due"]) == (3, 3, 0)
    assert job["finished_at"]
    assert set(Ticket.objects.values_list("priority__name", flat=True)) == {"High"}
    path = f"bulk-changes/{job['id']}/"
    assert as_analyst.get(f"{API}{path}").json() == job
    assert [one["id"] for one in as_analyst.get(f"{API}bulk-changes/").json()["results"]] == [
        job["id"]
    ]
    for agent in (in_rocket.admin, matter.admin):
        assert send(sign_in(agent.user), "GET", path).status_code == 404
        assert send(sign_in(agent.user), "POST", f"{path}undo/").status_code == 404
    assert send(as_analyst, "POST", f"{path}undo/").json()["undo_of"] == job["id"]
    assert set(Ticket.objects.values_list("priority__name", flat=True)) == {"Medium"}
    assert send(as_analyst, "POST", f"{path}undo/").status_code == 409


def test_a_bulk_merge_and_what_is_refused(in_rocket: Cast, as_analyst: Client) -> None:
    numbers = [in_rocket.open_ticket().number for _ in range(2)]
    given = {"tickets": numbers, "merge_into": numbers[0]}
    merged = send(as_analyst, "POST", "bulk-changes/", **given)
    assert (merged.status_code, merged.json()["done"]) == (201, 1)
    again = send(as_analyst, "POST", "bulk-changes/", **given).json()
    assert again["refusals"][0]["tickets"] == [numbers[1]]
    for wrong in (
        {"tickets": [999_999], "changes": {"priority": "High"}},
        {"tickets": numbers, "changes": {}},
        {"tickets": numbers},
        {"tickets": [], "changes": {"priority": "High"}},
        {"tickets": numbers, "merge_into": 999_999},
        {"tickets": numbers, "changes": {"hold_days": 3}},
        {"tickets": numbers, "changes": {"status": "escalated"}},
    ):
        assert send(as_analyst, "POST", "bulk-changes/", **wrong).status_code == 400, wrong
