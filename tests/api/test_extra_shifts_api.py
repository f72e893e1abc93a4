"""The API of extra shifts, and reads of presence, absences, swaps and dry runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.tenancy import desk_scope
from routing.models import DryRun, ExtraShift, OnCallSwap, Presence, RuleVersion
from tests.agent.conftest import SignIn
from tests.cast import NOON, Cast
from tests.staff import add_absence, add_extra_shift, add_turn, make_rota

API = "/rocket/api/v1/"
NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)


def send(client: Client, method: str, path: str, data: Any = None) -> Any:
    return getattr(client, method)(f"{API}{path}", data, content_type="application/json")


@pytest.fixture
def analyst(rocket: Cast, sign_in: SignIn) -> Client:
    return sign_in(rocket.analyst.user)


@pytest.fixture
def lead(rocket: Cast, sign_in: SignIn) -> Client:
    return sign_in(rocket.lead.user)


def make_body(agent: int, **changes: Any) -> dict[str, Any]:
    start, end = NOW + 2 * DAY, NOW + 2 * DAY + timedelta(hours=6)
    times = {"start_at": start.isoformat(), "end_at": end.isoformat()}
    return {"agent_id": agent, **times, **changes}


def test_a_lead_enters_one_everyone_reads_it_and_a_lead_cancels_it(
    rocket: Cast, lead: Client, analyst: Client
) -> None:
    body = make_body(rocket.analyst.pk)
    entered = send(lead, "post", "extra-shifts/", body)
    assert entered.status_code == 201
    path = f"extra-shifts/{entered.json()['id']}/"
    assert analyst.get(f"{API}extra-shifts/").json()["results"] == [entered.json()]
    assert analyst.get(f"{API}{path}").json()["agent"]["name"] == "Analyst"
    assert send(analyst, "post", "extra-shifts/", body).status_code == 403
    assert analyst.delete(f"{API}{path}").status_code == 403
    assert lead.delete(f"{API}{path}").status_code == 204
    assert lead.get(f"{API}{path}").status_code == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"end_at": (NOW + DAY).isoformat()}, "end_at"),
        ({"end_at": (NOW + 4 * DAY).isoformat()}, "end_at"),
        ({"start_at": "9999-12-30T00:00:00Z", "end_at": "9999-12-31T00:00:00Z"}, "start_at"),
        ({"agent_id": 10**18}, "agent_id"),
        ({"note": "Please"}, "note"),
    ],
)
def test_an_impossible_one_names_its_field(
    rocket: Cast, lead: Client, changes: dict[str, Any], field: str
) -> None:
    answer = send(lead, "post", "extra-shifts/", make_body(rocket.analyst.pk, **changes))
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_extra_shifts_come_in_pages(rocket: Cast, analyst: Client) -> None:
    with desk_scope(rocket.desk):
        made = [add_extra_shift(rocket.analyst, NOW + place * DAY).pk for place in range(1, 53)]
        add_extra_shift(rocket.analyst, NOW - 2 * DAY)
    first = analyst.get(f"{API}extra-shifts/").json()
    second = analyst.get(first["next"]).json()
    assert [row["id"] for row in [*first["results"], *second["results"]]] == made[::-1]
    assert (len(first["results"]), second["next"]) == (50, None)
    assert analyst.get(f"{API}extra-shifts/?cursor=nonsense").status_code == 400
    forged = "cD1ub3RoaW5n"  # p=nothing
    assert analyst.get(f"{API}extra-shifts/?cursor={forged}").status_code == 400


def test_agents_and_extra_shifts_of_another_desk_do_not_exist(
    rocket: Cast, matter: Cast, lead: Client
) -> None:
    with desk_scope(matter.desk):
        shift = add_extra_shift(matter.analyst, NOW + DAY)
    assert lead.get(f"{API}extra-shifts/").json()["results"] == []
    for method in ("get", "delete"):
        assert send(lead, method, f"extra-shifts/{shift.pk}/").status_code == 404
    foreign = send(lead, "post", "extra-shifts/", make_body(matter.analyst.pk))
    assert foreign.json()["errors"][0]["field"] == "agent_id"
    with desk_scope(rocket.desk):
        assert not ExtraShift.objects.exists()


def test_presence_is_read_and_one_that_ended_is_available(rocket: Cast, analyst: Client) -> None:
    available = {"state": "available", "reason": "", "until": None}
    assert analyst.get(f"{API}presence/").json() == available
    send(analyst, "put", "presence/", {"state": "away", "reason": "Lunch"})
    assert analyst.get(f"{API}presence/").json()["reason"] == "Lunch"
    with desk_scope(rocket.desk):
        Presence.objects.filter(agent=rocket.analyst).update(until=NOW - DAY)
    assert analyst.get(f"{API}presence/").json() == available


def test_an_absence_is_read_without_its_reason_by_others(
    rocket: Cast, analyst: Client, lead: Client, sign_in: SignIn
) -> None:
    with desk_scope(rocket.desk):
        absence = add_absence(rocket.analyst, NOW, kind="sick")
    readers = (analyst, lead, sign_in(rocket.colleague.user))
    shown = [client.get(f"{API}absences/{absence.pk}/").json()["kind"] for client in readers]
    assert shown == ["sick", "sick", ""]


def test_swaps_are_read_by_those_who_agree_on_them_and_by_leads(
    rocket: Cast, analyst: Client, lead: Client, sign_in: SignIn
) -> None:
    with desk_scope(rocket.desk):
        turn = add_turn(make_rota(rocket, rocket.analyst), rocket.analyst, NOW)
        swap = OnCallSwap.objects.create(
            desk=rocket.desk, turn=turn, offered_by=rocket.analyst, offered_to=rocket.colleague,
            offered_at=NOW,
        )  # fmt: skip
    for client in (analyst, lead, sign_in(rocket.colleague.user)):
        assert [row["id"] for row in client.get(f"{API}on-call/swaps/").json()["results"]] == [
            swap.pk
        ]
        assert client.get(f"{API}on-call/swaps/{swap.pk}/").json()["state"] == "offered"
    other = sign_in(rocket.level_two.user)
    assert other.get(f"{API}on-call/swaps/").json()["results"] == []
    assert other.get(f"{API}on-call/swaps/{swap.pk}/").status_code == 404


def test_dry_runs_are_listed_for_admins(rocket: Cast, analyst: Client, sign_in: SignIn) -> None:
    with desk_scope(rocket.desk):
        version = RuleVersion.objects.create(
            desk=rocket.desk, number=1, made_at=NOON, by_name="Admin", rules=[]
        )
        run = DryRun.objects.create(
            desk=rocket.desk, version=version, size=5, by_name="Admin", made_at=NOON, before_id=1
        )
    [row] = sign_in(rocket.admin.user).get(f"{API}dry-runs/").json()["results"]
    assert (row["id"], row["size"], "rows" in row) == (run.pk, 5, False)
    assert analyst.get(f"{API}dry-runs/").status_code == 403
