"""Regions, teams, skills, rotas, internal targets and weights: read by agents, set by admins."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Agent, AuditEntry, Desk, Region
from accounts.tenancy import desk_scope
from routing.models import OnCallMember, OnCallRota, OnCallTurn, Shift, Skill, Team, TeamMember
from sla.models import Calendar, LevelTarget, Replan
from tests.agent.conftest import SignIn
from tests.cast import Cast
from tickets.models import Priority

API = "/rocket/api/v1/"
LISTS = ("regions", "teams", "skills", "on-call/rotas", "sla/level-targets")


def send(client: Client, method: str, path: str, data: Any = None) -> Any:
    return getattr(client, method)(f"{API}{path}", data, content_type="application/json")


@pytest.fixture
def admin(in_rocket: Cast, sign_in: SignIn) -> Client:
    return sign_in(in_rocket.admin.user)


@pytest.fixture
def calendar(in_rocket: Cast) -> str:
    return Calendar.objects.earliest("pk").name


def make_bodies(cast: Cast, calendar: str) -> dict[str, dict[str, Any]]:
    """Return a body for each list, with every field."""
    return {
        "regions": {"name": "EMEA", "time_zone": "Europe/Berlin", "position": 2},
        "teams": {
            "name": "Days",
            "region": None,
            "member_ids": sorted([cast.analyst.pk, cast.colleague.pk]),
        },
        "skills": {"name": "LDAP"},
        "on-call/rotas": {
            "name": "Nights",
            "level": "l1",
            "region": None,
            "time_zone": "Europe/Berlin",
            "turn_length": "day",
            "change_weekday": 0,
            "change_minute": 480,
            "is_active": True,
            "member_ids": [cast.colleague.pk, cast.analyst.pk],
        },
        "sla/level-targets": {
            "level": "l2",
            "clock": "level_taken",
            "minutes": 60,
            "calendar": calendar,
        },
    }


@pytest.mark.parametrize("path", LISTS)
def test_an_admin_adds_changes_and_deletes_a_row_and_each_is_in_the_history(
    in_rocket: Cast, admin: Client, sign_in: SignIn, calendar: str, path: str
) -> None:
    body = make_bodies(in_rocket, calendar)[path]
    added = send(admin, "post", f"{path}/", body)
    assert added.status_code == 201
    row = added.json()
    assert row == {"id": row["id"], **body}
    assert sign_in(in_rocket.observer.user).get(f"{API}{path}/").json()["results"] == [row]
    change = {"minutes": 30} if path == "sla/level-targets" else {"name": "Other"}
    changed = send(admin, "put", f"{path}/{row['id']}/", {**body, **change})
    assert changed.json() == {**row, **change}
    assert admin.get(f"{API}{path}/{row['id']}/").json() == changed.json()
    assert send(admin, "put", f"{path}/{row['id']}/", {**body, **change}).status_code == 200
    assert admin.delete(f"{API}{path}/{row['id']}/").status_code == 204
    assert admin.get(f"{API}{path}/").json()["results"] == []
    entries = AuditEntry.objects.order_by("pk")
    assert [entry.action for entry in entries] == ["added", "changed", "deleted"]
    [name] = change
    assert entries[1].detail["changes"] == {name: [body[name], change[name]]}


@pytest.mark.parametrize("path", LISTS)
def test_others_read_and_cannot_write(
    in_rocket: Cast, admin: Client, sign_in: SignIn, calendar: str, path: str
) -> None:
    body = make_bodies(in_rocket, calendar)[path]
    row = send(admin, "post", f"{path}/", body).json()
    for agent in (in_rocket.analyst, in_rocket.lead):
        client = sign_in(agent.user)
        assert client.get(f"{API}{path}/{row['id']}/").json() == row
        for method, url in (("post", f"{path}/"), ("put", f"{path}/{row['id']}/")):
            assert send(client, method, url, body).status_code == 403
        assert client.delete(f"{API}{path}/{row['id']}/").status_code == 403
    assert len(admin.get(f"{API}{path}/").json()["results"]) == 1


@pytest.mark.parametrize("path", LISTS)
def test_unknown_fields_and_taken_names_are_refused(
    in_rocket: Cast, admin: Client, calendar: str, path: str
) -> None:
    body = make_bodies(in_rocket, calendar)[path]
    strange = send(admin, "post", f"{path}/", {**body, "mood": "good"})
    assert strange.status_code == 400
    assert [error["field"] for error in strange.json()["errors"]] == ["mood"]
    assert send(admin, "post", f"{path}/", body).status_code == 201
    again = send(admin, "post", f"{path}/", body)
    key = "clock" if path == "sla/level-targets" else "name"
    assert again.status_code == 400
    assert [error["field"] for error in again.json()["errors"]] == [key]


@pytest.mark.parametrize(
    ("path", "change", "field"),
    [
        ("regions", {"time_zone": "Mars/Olympus"}, "time_zone"),
        ("regions", {"name": ""}, "name"),
        ("regions", {"name": "x" * 61}, "name"),
        ("regions", {"name": "a\x00b"}, "name"),
        ("regions", {"position": 10**9}, "position"),
        ("teams", {"region": "Atlantis"}, "region"),
        ("teams", {"member_ids": [10**18]}, "member_ids"),
        ("teams", {"member_ids": ["x"]}, "member_ids.0"),
        ("on-call/rotas", {"level": "l9"}, "level"),
        ("on-call/rotas", {"change_minute": 1440}, "change_minute"),
        ("on-call/rotas", {"turn_length": "month"}, "turn_length"),
        ("sla/level-targets", {"minutes": 0}, "minutes"),
        ("sla/level-targets", {"clock": "first_response"}, "clock"),
        ("sla/level-targets", {"calendar": "Nowhere"}, "calendar"),
    ],
)
def test_an_impossible_value_names_its_field(
    in_rocket: Cast, admin: Client, calendar: str, path: str, change: dict[str, Any], field: str
) -> None:
    body = {**make_bodies(in_rocket, calendar)[path], **change}
    answer = send(admin, "post", f"{path}/", body)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert admin.get(f"{API}{path}/").json()["results"] == []


def test_members_named_twice_or_from_elsewhere_are_refused(
    in_rocket: Cast, matter: Cast, admin: Client, calendar: str
) -> None:
    bodies = make_bodies(in_rocket, calendar)
    own, foreign, observer = in_rocket.analyst.pk, matter.analyst.pk, in_rocket.observer.pk
    for path in ("teams", "on-call/rotas"):
        for members in ([own, own], [foreign], [observer]):
            answer = send(admin, "post", f"{path}/", {**bodies[path], "member_ids": members})
            assert [error["field"] for error in answer.json()["errors"]] == ["member_ids"]
    assert not Team.objects.exists()
    assert not OnCallRota.objects.exists()


def test_a_rotas_turns_follow_its_members(in_rocket: Cast, admin: Client, calendar: str) -> None:
    body = make_bodies(in_rocket, calendar)["on-call/rotas"]
    row = send(admin, "post", "on-call/rotas/", body).json()
    turns = OnCallTurn.objects.filter(rota=row["id"]).order_by("start_at")
    assert [turn.agent_id for turn in turns[:3]] == [*body["member_ids"], body["member_ids"][0]]
    send(admin, "put", f"on-call/rotas/{row['id']}/", {**body, "member_ids": [in_rocket.lead.pk]})
    assert {turn.agent for turn in turns.all()[1:]} == {in_rocket.lead}
    assert OnCallMember.objects.get().agent == in_rocket.lead
    assert AuditEntry.objects.latest("pk").detail["changes"] == {
        "members": [["Colleague", "Analyst"], ["Lead"]]
    }


def test_a_lead_plans_the_week_of_a_team(
    in_rocket: Cast, admin: Client, sign_in: SignIn, calendar: str
) -> None:
    team = send(admin, "post", "teams/", make_bodies(in_rocket, calendar)["teams"]).json()
    path = f"teams/{team['id']}/shifts/"
    shift = {"weekday": 5, "start_minute": 540, "end_minute": 780, "time_zone": "UTC"}
    lead = sign_in(in_rocket.lead.user)
    planned = send(lead, "put", path, {"shifts": [shift]})
    assert planned.json() == {"shifts": [{**shift, "works_on_holidays": False}]}
    assert admin.get(f"{API}{path}").json() == planned.json()
    assert Shift.objects.get(team=team["id"]).weekday == 5
    analyst = sign_in(in_rocket.analyst.user)
    assert send(analyst, "put", path, {"shifts": []}).status_code == 403
    assert TeamMember.objects.count() == 2


def test_a_changed_internal_target_leaves_open_clocks_and_says_so(
    in_rocket: Cast, admin: Client, calendar: str
) -> None:
    body = make_bodies(in_rocket, calendar)["sla/level-targets"] | {"level": "l1"}
    row = send(admin, "post", "sla/level-targets/", body).json()
    in_rocket.desk.refresh_from_db()
    in_rocket.open_ticket()
    assert not Replan.objects.exists()
    path = f"sla/level-targets/{row['id']}/"
    for minutes in (90, 90):
        assert send(admin, "put", path, {**body, "minutes": minutes}).status_code == 200
    replan = Replan.objects.get()
    assert (replan.scope, replan.touched["levels"]) == ("new", ["l1:level_taken"])
    assert LevelTarget.objects.get().minutes == 90
    refused = send(admin, "put", path, {**body, "applies_to": "all"})
    assert [error["field"] for error in refused.json()["errors"]] == ["applies_to"]
    send(admin, "put", path, {**body, "minutes": 120, "applies_to": "open"})
    assert Replan.objects.latest("pk").scope == "open"
    assert LevelTarget.objects.get().minutes == 120


def test_weights_capacity_and_regions_of_agents(in_rocket: Cast, admin: Client) -> None:
    high = in_rocket.priorities["High"]
    weighed = send(admin, "put", f"priorities/{high.pk}/", {"weight": 3})
    assert (weighed.json()["name"], weighed.json()["weight"]) == ("High", 3)
    assert send(admin, "put", f"priorities/{high.pk}/", {"weight": 21}).status_code == 400
    assert send(admin, "put", f"priorities/{high.pk}/", {"weight": 3, "rank": 1}).status_code == 400
    assert [row["weight"] for row in admin.get(f"{API}priorities/").json()["results"]] == [3, 1, 1]
    assert Priority.objects.get(pk=high.pk).weight == 3
    settings = {"agent_capacity": 12, "prefers_last_agent": True, "offer_minutes": 5}
    assert send(admin, "put", "assignment/", settings).json() == settings
    assert admin.get(f"{API}assignment/").json() == settings
    assert Desk.objects.get(pk=in_rocket.desk.pk).agent_capacity == 12
    Region.objects.create(desk=in_rocket.desk, name="EMEA")
    agent = {"capacity": 4, "region": "EMEA"}
    path = f"staff/{in_rocket.analyst.pk}/"
    assert send(admin, "put", path, agent).json() == agent
    assert send(admin, "put", path, {"capacity": 0, "region": None}).status_code == 400
    assert admin.get(f"{API}{path}").json() == agent
    assert Agent.objects.get(pk=in_rocket.analyst.pk).capacity == 4
    assert [entry.detail["changes"] for entry in AuditEntry.objects.order_by("pk")] == [
        {"weight": [1, 3]},
        {
            "agent_capacity": [None, 12],
            "prefers_last_agent": [False, True],
            "offer_minutes": [0, 5],
        },
        {"capacity": [None, 4], "region": [None, "EMEA"]},
    ]


def test_settings_of_another_desk_do_not_exist(
    in_rocket: Cast, matter: Cast, admin: Client
) -> None:
    with desk_scope(matter.desk):
        paths = {
            "regions": Region.objects.create(desk=matter.desk, name="APAC"),
            "teams": Team.objects.create(desk=matter.desk, name="Nights"),
            "skills": Skill.objects.create(desk=matter.desk, name="SAML"),
            "on-call/rotas": OnCallRota.objects.create(desk=matter.desk, name="Nights"),
            "priorities": Priority.objects.earliest("pk"),
            "staff": matter.analyst,
        }
    for path, row in paths.items():
        for method in ("get", "put", "delete"):
            if path in ("priorities", "staff") and method == "delete":
                continue
            url = f"{path}/{row.pk}/"
            body = None if method == "get" else {"name": "Mine"}
            assert send(admin, method, url, body).status_code == 404, (method, url)
    assert send(admin, "post", "teams/", {"name": "A", "region": "APAC"}).status_code == 400
