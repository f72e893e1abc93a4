"""Requests for help and attention, and escalated accounts by the API."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.tenancy import desk_scope
from tests.cast import Cast
from tests.defects.helpers import report
from tests.help_requests.helpers import ask, make_group
from tickets.models import AttentionRequest, EngineeringGroup, HelpRequest, Note, Ticket

API = "/rocket/api/v1/"


@pytest.fixture
def api(in_rocket: Cast, sign_in: Any) -> Client:
    return sign_in(in_rocket.level_two.user)


@pytest.fixture
def ticket(in_rocket: Cast) -> Ticket:
    return in_rocket.open_ticket()


@pytest.fixture
def group(in_rocket: Cast) -> EngineeringGroup:
    return make_group(in_rocket)


def send(client: Client, path: str, data: Any, method: str = "post", **headers: str) -> Any:
    act = getattr(client, method)
    return act(f"{API}{path}", data, content_type="application/json", headers=headers)


def list_fields(answer: Any) -> list[str]:
    assert answer.status_code == 400, answer.content
    return [error["field"] for error in answer.json()["errors"]]


def test_a_group_is_asked_once_and_answers(
    api: Client, ticket: Ticket, group: EngineeringGroup
) -> None:
    path, given = f"tickets/{ticket.number}/help-requests/", {"group": "Server team"}
    assert list_fields(send(api, path, given)) == ["question"]
    assert list_fields(send(api, path, given | {"question": " "})) == ["question"]
    given["question"] = "Is 4 GB enough?"
    key = {"Idempotency-Key": "q1"}
    first, again = (send(api, path, given, **key) for _try in range(2))
    assert (first.status_code, first.json()["id"]) == (201, again.json()["id"])
    assert HelpRequest.objects.count() == 1
    row = f"help-requests/{first.json()['id']}/"
    answered = send(api, f"{row}answer/", {"outcome": "answered", "text": "8 GB"})
    assert answered.status_code == 200
    shown = api.get(f"{API}{row}").json()
    assert (shown["state"], shown["answer"]) == ("answered", "8 GB")
    assert (shown["ended_by"]["kind"], shown["ended_by"]["name"]) == ("agent", "Level Two")
    assert shown["group"] == {"kind": "engineering_group", "id": group.pk, "name": "Server team"}
    assert shown["ticket"] == {"kind": "ticket", "id": ticket.number, "name": ticket.reference}
    assert Note.objects.get(ticket=ticket).body_text == "8 GB"
    assert send(api, f"{row}answer/", {"outcome": "answered", "text": "x"}).status_code == 409
    listed = api.get(f"{API}help-requests/?state=answered&group=Server team").json()["results"]
    assert [one["id"] for one in listed] == [shown["id"]]
    assert list_fields(api.get(f"{API}help-requests/?state=lost")) == ["state"]


def test_a_question_ends_in_a_defect_by_key_or_title(
    api: Client, in_rocket: Cast, ticket: Ticket, group: EngineeringGroup
) -> None:
    known, asked = report(in_rocket), ask(in_rocket, ticket, group)
    path, given = f"help-requests/{asked.pk}/answer/", {"outcome": "defect"}
    assert list_fields(send(api, path, given)) == ["defect"]
    assert list_fields(send(api, path, given | {"defect": "RC-D99"})) == ["defect"]
    ended = send(api, path, given | {"defect": known.key})
    assert ended.json()["defect"] == {"kind": "defect", "id": known.number, "name": known.key}
    again = ask(in_rocket, ticket, group)
    made = send(api, f"help-requests/{again.pk}/answer/", given | {"title": "A leak"})
    assert made.json()["defect"]["name"] == f"RC-D{known.number + 1}"


def test_who_is_not_of_the_group_cannot_answer(
    in_rocket: Cast, ticket: Ticket, group: EngineeringGroup, sign_in: Any
) -> None:
    asked = ask(in_rocket, ticket, group)
    colleague = sign_in(in_rocket.colleague.user)
    path = f"help-requests/{asked.pk}"
    answer = send(colleague, f"{path}/answer/", {"outcome": "answered", "text": "I guess"})
    assert answer.status_code == 403
    assert send(colleague, f"{path}/withdrawal/", {"why": "No"}).status_code == 403
    asker = sign_in(in_rocket.analyst.user)
    withdrawn = send(asker, f"{path}/withdrawal/", {"why": "Found it"})
    assert withdrawn.json()["state"] == "withdrawn"


def test_groups_are_kept_by_admins(in_rocket: Cast, sign_in: Any, api: Client) -> None:
    admin = sign_in(in_rocket.admin.user)
    given = {
        "name": "SET",
        "response_minutes": 120,
        "starts_at": "09:00:00",
        "ends_at": "17:00:00",
        "member_ids": [in_rocket.level_two.pk],
    }
    added = send(admin, "engineering-groups/", given)
    assert added.status_code == 201
    row = f"engineering-groups/{added.json()['id']}/"
    assert api.get(f"{API}{row}").json() == {"id": added.json()["id"], "is_active": True, **given}
    assert list_fields(send(admin, row, given | {"ends_at": None}, "put")) == ["ends_at"]
    assert list_fields(send(admin, row, given | {"ends_at": "08:00"}, "put")) == ["ends_at"]
    # Targets count minutes: a day of seconds would never hold one.
    assert list_fields(send(admin, row, given | {"ends_at": "09:00:30"}, "put")) == ["ends_at"]
    wrong = send(admin, row, given | {"member_ids": [in_rocket.observer.pk]}, "put")
    assert list_fields(wrong) == ["member_ids"]
    assert send(api, row, given, "put").status_code == 403
    ask(in_rocket, in_rocket.open_ticket(), EngineeringGroup.objects.get())
    assert admin.delete(f"{API}{row}").status_code == 409


def test_an_observer_asks_for_attention_and_the_lead_decides(
    in_rocket: Cast, ticket: Ticket, sign_in: Any, api: Client
) -> None:
    executive, lead = sign_in(in_rocket.observer.user), sign_in(in_rocket.lead.user)
    given = {"ticket": ticket.number, "urgency": "now", "why": "The board asks"}
    for wrong in ({"account": in_rocket.account.pk}, {"ticket": None}):
        assert "ticket" in list_fields(send(executive, "attention/", given | wrong))
    assert send(api, "attention/", given).status_code == 403  # an analyst escalates instead
    key = {"Idempotency-Key": "a1"}
    first, again = (send(executive, "attention/", given, **key) for _try in range(2))
    assert (first.status_code, first.json()["id"]) == (201, again.json()["id"])
    assert send(executive, "attention/", given).status_code == 409
    path = f"attention/{first.json()['id']}/decision/"
    decision = {"is_accepted": True, "why": "On it"}
    assert send(executive, path, decision).status_code == 403
    assert send(api, path, decision).status_code == 403
    assert send(lead, path, decision).json()["state"] == "accepted"
    assert send(lead, path, decision).status_code == 409
    listed = executive.get(f"{API}attention/?state=accepted").json()["results"]
    assert [one["decided_by"]["id"] for one in listed] == [in_rocket.lead.pk]
    assert [one["ticket"]["id"] for one in listed] == [ticket.number]


def test_an_account_is_escalated_reported_on_and_calmed(
    in_rocket: Cast, sign_in: Any, api: Client
) -> None:
    lead, path = sign_in(in_rocket.lead.user), f"accounts/{in_rocket.account.pk}/escalation/"
    given: dict[str, Any] = {
        "lead": in_rocket.lead.pk,
        "exit_criteria": "No crash",
        "cadence_hours": 24,
    }
    assert list_fields(send(lead, path, given, "put")) == ["why"]
    started = send(lead, path, given | {"why": "Renewal at risk"}, "put")
    assert (started.status_code, started.json()["lead"]["name"]) == (200, "Lead")
    given["lead"] = started.json()["lead"]  # as it was read
    assert send(lead, path, given | {"cadence_hours": 2}, "put").json()["cadence_hours"] == 2
    assert send(api, path, given, "put").status_code == 403
    for _try in range(2):
        key = {"Idempotency-Key": "u1"}
        assert send(lead, f"{path}updates/", {"text": "Patched"}, **key).status_code == 201
    updates = api.get(f"{API}{path}updates/").json()["results"]
    assert [(one["agent"]["name"], one["text"]) for one in updates] == [("Lead", "Patched")]
    assert send(api, f"{path}end/", {"why": "No"}).status_code == 403
    assert send(lead, f"{path}end/", {"why": "Calm"}).status_code == 204
    assert api.get(f"{API}{path}").status_code == 404


def test_the_second_desk_finds_nothing(rocket: Cast, matter: Cast, sign_in: Any) -> None:
    with desk_scope(rocket.desk):
        asked = ask(rocket, rocket.open_ticket(), make_group(rocket))
        ticket = rocket.open_ticket()
        attention = AttentionRequest.objects.create(
            desk=rocket.desk, ticket=ticket, why="x", asked_at=asked.asked_at
        )
    stranger = sign_in(matter.admin.user)
    for path in (
        f"help-requests/{asked.pk}/",
        f"engineering-groups/{asked.group_id}/",
        f"accounts/{rocket.account.pk}/escalation/",
    ):
        assert stranger.get(f"/matter/api/v1/{path}").status_code == 404
        assert stranger.get(f"/rocket/api/v1/{path}").status_code == 404
    decision = {"is_accepted": True, "why": "x"}
    url = f"/matter/api/v1/attention/{attention.pk}/decision/"
    assert stranger.post(url, decision, content_type="application/json").status_code == 404
