"""The API of agents, presence, week plans, skills, absences and on-call turns."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.tenancy import desk_scope
from helpdesk.shared import activity
from routing.models import Absence, OnCallSwap, OnCallTurn, Presence, Shift, Skill
from tests.agent.conftest import SignIn
from tests.cast import Cast
from tests.staff import add_absence, add_turn, make_rota

API = "/rocket/api/v1/"
NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)


def send(client: Client, method: str, path: str, data: Any = None) -> Any:
    call = getattr(client, method)
    return call(f"{API}{path}", data, content_type="application/json")


@pytest.fixture
def analyst(rocket: Cast, sign_in: SignIn) -> Client:
    return sign_in(rocket.analyst.user)


@pytest.fixture
def lead(rocket: Cast, sign_in: SignIn) -> Client:
    return sign_in(rocket.lead.user)


def test_the_list_says_who_is_there(rocket: Cast, analyst: Client) -> None:
    with desk_scope(rocket.desk):
        Shift.objects.filter(agent=rocket.colleague).delete()
        Presence.objects.create(desk=rocket.desk, agent=rocket.lead, state="away")
    rows = {row["name"]: row for row in analyst.get(f"{API}staff/").json()["results"]}
    assert set(rows) == {"Analyst", "Colleague", "Level Two", "Lead", "Admin"}
    assert rows["Analyst"]["on_shift"] is True
    assert (rows["Colleague"]["on_shift"], rows["Colleague"]["next_shift_at"]) == (False, None)
    assert (rows["Lead"]["presence"], rows["Analyst"]["presence"]) == ("away", "available")


def test_presence_is_set_with_reason_and_end(rocket: Cast, analyst: Client) -> None:
    until = (NOW + timedelta(hours=1)).isoformat()
    data = {"state": "own", "reason": "Migration", "until": until}
    assert send(analyst, "put", "presence/", data).status_code == 200
    with desk_scope(rocket.desk):
        presence = Presence.objects.get(agent=rocket.analyst)
    assert (presence.state, presence.reason) == ("own", "Migration")


def test_who_changes_something_by_the_api_is_active_and_who_reads_is_not(
    rocket: Cast, analyst: Client
) -> None:
    activity._recorded.clear()
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
    analyst.get(f"{API}tickets/{ticket.number}/")
    with desk_scope(rocket.desk):
        assert not Presence.objects.filter(agent=rocket.analyst).exists()
    answer = send(analyst, "post", f"tickets/{ticket.number}/notes/", {"text": "A thought"})
    assert answer.status_code < 300, answer.content
    with desk_scope(rocket.desk):
        assert Presence.objects.get(agent=rocket.analyst).last_active_at is not None


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"state": "asleep"}, "state"),
        ({"state": "away", "until": "2020-01-01T00:00:00Z"}, "until"),
        ({"state": "away", "until": "9999-12-31T23:59:59Z"}, "until"),
        ({"state": "away", "mood": "bad"}, "mood"),
    ],
)
def test_an_impossible_presence_names_its_field(
    analyst: Client, data: dict[str, str], field: str
) -> None:
    answer = send(analyst, "put", "presence/", data)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


SHIFT = {"weekday": 0, "start_minute": 540, "end_minute": 1020, "time_zone": "Europe/Berlin"}


def test_a_lead_replaces_a_week_plan(rocket: Cast, lead: Client) -> None:
    path = f"staff/{rocket.analyst.pk}/shifts/"
    answer = send(lead, "put", path, {"shifts": [SHIFT]})
    assert answer.json() == {"shifts": [{**SHIFT, "works_on_holidays": False}]}
    assert lead.get(f"{API}{path}").json() == answer.json()


@pytest.mark.parametrize(
    ("shifts", "field"),
    [
        ([{**SHIFT, "weekday": 7}], "shifts"),
        ([{**SHIFT, "time_zone": "Mars/Olympus"}], "time_zone"),
        ([SHIFT, SHIFT], "shifts"),
    ],
)
def test_an_impossible_week_is_refused(
    rocket: Cast, lead: Client, shifts: list[dict[str, Any]], field: str
) -> None:
    answer = send(lead, "put", f"staff/{rocket.analyst.pk}/shifts/", {"shifts": shifts})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"].startswith(field)


def test_skills_are_replaced_by_name(rocket: Cast, lead: Client) -> None:
    with desk_scope(rocket.desk):
        Skill.objects.create(desk=rocket.desk, name="LDAP")
    path = f"staff/{rocket.analyst.pk}/skills/"
    data = {"skills": [{"name": "LDAP", "level": 3}], "languages": ["pt"]}
    assert send(lead, "put", path, data).json() == data
    unknown = {**data, "skills": [{"name": "Juggling", "level": 1}]}
    assert send(lead, "put", path, unknown).status_code == 400
    assert send(lead, "put", path, {**data, "languages": ["xyz"]}).status_code == 400
    assert lead.get(f"{API}{path}").json() == data


def test_an_analyst_cannot_plan_others(rocket: Cast, analyst: Client) -> None:
    for path, data in [("shifts", {"shifts": []}), ("skills", {"skills": [], "languages": []})]:
        answer = send(analyst, "put", f"staff/{rocket.colleague.pk}/{path}/", data)
        assert answer.status_code == 403


def make_absence(**changes: Any) -> dict[str, Any]:
    start, end = NOW + DAY, NOW + 2 * DAY
    times = {"start_at": start.isoformat(), "end_at": end.isoformat()}
    return {"kind": "sick", "note": "Flu", **times, **changes}


def test_an_absence_is_entered_and_canceled(rocket: Cast, analyst: Client) -> None:
    entered = send(analyst, "post", "absences/", make_absence())
    assert entered.status_code == 201
    assert send(analyst, "post", "absences/", make_absence()).status_code == 400  # overlaps
    assert send(analyst, "delete", f"absences/{entered.json()['id']}/").status_code == 204
    with desk_scope(rocket.desk):
        assert not Absence.objects.exists()


def test_why_somebody_is_absent_is_for_them_and_leads(
    rocket: Cast, analyst: Client, lead: Client, sign_in: SignIn
) -> None:
    send(lead, "post", "absences/", make_absence(agent_id=rocket.analyst.pk))
    readers = (analyst, lead, sign_in(rocket.colleague.user))
    kinds = [client.get(f"{API}absences/").json()["results"][0]["kind"] for client in readers]
    assert kinds == ["sick", "sick", ""]


def test_an_absence_of_another_agent_is_for_leads(rocket: Cast, analyst: Client) -> None:
    other = make_absence(agent_id=rocket.colleague.pk)
    assert send(analyst, "post", "absences/", other).status_code == 403


def test_turns_are_listed_offered_and_accepted(
    rocket: Cast, analyst: Client, sign_in: SignIn
) -> None:
    with desk_scope(rocket.desk):
        rota = make_rota(rocket, rocket.analyst, rocket.colleague)
        mine = add_turn(rota, rocket.analyst, NOW - DAY)
        theirs = add_turn(rota, rocket.colleague, NOW + 6 * DAY)
    rows = analyst.get(f"{API}on-call/").json()["results"]
    assert [row["agent"]["name"] for row in rows] == ["Analyst", "Colleague"]
    offer = {"turn_id": mine.pk, "agent_id": rocket.colleague.pk, "in_return_id": theirs.pk}
    swap = send(analyst, "post", "on-call/swaps/", offer).json()
    assert swap["state"] == "offered"
    path = f"on-call/swaps/{swap['id']}/"
    assert send(analyst, "post", path, {"decision": "accept"}).status_code == 403
    colleague = sign_in(rocket.colleague.user)
    assert send(colleague, "post", path, {"decision": "accept"}).json()["state"] == "accepted"
    assert send(analyst, "post", path, {"decision": "withdraw"}).status_code == 409
    with desk_scope(rocket.desk):
        agents = [turn.agent for turn in OnCallTurn.objects.select_related("agent")]
    assert agents == [rocket.colleague, rocket.analyst]


def test_rows_of_another_desk_do_not_exist(rocket: Cast, matter: Cast, lead: Client) -> None:
    with desk_scope(matter.desk):
        absence = add_absence(matter.analyst, NOW)
        turn = add_turn(make_rota(matter, matter.analyst), matter.analyst, NOW)
    with desk_scope(rocket.desk):
        own = add_turn(make_rota(rocket, rocket.lead), rocket.lead, NOW)
    assert send(lead, "delete", f"absences/{absence.pk}/").status_code == 404
    assert lead.get(f"{API}staff/{matter.analyst.pk}/shifts/").status_code == 404
    assert lead.get(f"{API}staff/{matter.analyst.pk}/skills/").status_code == 404
    for wrong in (
        {"turn_id": turn.pk, "agent_id": rocket.analyst.pk},
        {"turn_id": own.pk, "agent_id": matter.analyst.pk},
        {"turn_id": own.pk, "agent_id": rocket.analyst.pk, "in_return_id": turn.pk},
    ):
        assert send(lead, "post", "on-call/swaps/", wrong).status_code == 400
    with desk_scope(rocket.desk):
        assert not OnCallSwap.objects.exists()


def test_an_absence_in_the_far_future_is_refused(rocket: Cast, analyst: Client) -> None:
    """Its times in another time zone could be beyond the calendar."""
    data = {
        "kind": "leave", "start_at": "9999-12-30T00:00:00Z", "end_at": "9999-12-31T23:59:59Z"
    }  # fmt: skip
    answer = send(analyst, "post", "absences/", data)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["start_at"]
