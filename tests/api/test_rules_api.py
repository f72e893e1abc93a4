"""Routing rules, dry runs, tags and traces through the API."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.tenancy import desk_scope
from routing.models import Rule, RuleVersion
from routing.tasks import work_on_dry_runs
from tests.cast import Cast
from tests.routing.rule_making import make_rule
from tickets.models import FormField, Tag

BASE = "/rocket/api/v1/"


@pytest.fixture
def admin(rocket: Cast, sign_in: Any) -> Client:
    client: Client = sign_in(rocket.admin.user)
    return client


def send(client: Client, method: str, path: str, data: Any = None) -> Any:
    call = getattr(client, method)
    return call(f"{BASE}{path}", data, content_type="application/json")


def describe_rule(cast: Cast, **changes: Any) -> dict[str, Any]:
    return {
        "name": "Outages",
        "conditions": [
            {"kind": "words", "value": "outage", "scope": "subject"},
            {"kind": "plan", "value": cast.plan.name, "is_negated": True},
        ],
        "actions": [
            {"kind": "department", "value": "Trials"},
            {"kind": "level", "value": "l2"},
        ],
    } | changes


def test_a_rule_is_added_read_replaced_and_deleted(rocket: Cast, admin: Client) -> None:
    added = send(admin, "post", "rules/", describe_rule(rocket))
    assert added.status_code == 201, added.json()
    rule = added.json()
    assert rule["conditions"][1]["value"] == "Standard"
    assert send(admin, "get", f"rules/{rule['id']}/").json() == rule
    changed = {key: value for key, value in rule.items() if key != "id"} | {"name": "Down"}
    assert send(admin, "put", f"rules/{rule['id']}/", changed).json()["name"] == "Down"
    assert [each["name"] for each in send(admin, "get", "rules/").json()["results"]] == ["Down"]
    assert send(admin, "delete", f"rules/{rule['id']}/").status_code == 204
    with desk_scope(rocket.desk):
        assert not Rule.objects.exists()
        assert RuleVersion.objects.count() == 3


def test_a_position_moves_the_others(rocket: Cast, admin: Client) -> None:
    for name in ("One", "Two"):
        send(admin, "post", "rules/", describe_rule(rocket, name=name))
    send(admin, "post", "rules/", describe_rule(rocket, name="First", position=1))
    found = send(admin, "get", "rules/").json()["results"]
    assert [(each["name"], each["position"]) for each in found] == [
        ("First", 1), ("One", 2), ("Two", 3),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"conditions": [{"kind": "plan", "value": "Gold"}]}, "conditions.0.value"),
        ({"conditions": [{"kind": "words", "value": "!!"}]}, "conditions.0.value"),
        ({"conditions": [{"kind": "field", "value": "x", "field": "no"}]}, "conditions.0.field"),
        ({"conditions": [{"kind": "moon", "value": "x"}]}, "conditions.0.kind"),
        ({"actions": [{"kind": "tag", "value": "none"}]}, "actions.0.value"),
        ({"actions": [{"kind": "level", "value": "l9"}]}, "actions.0.value"),
        ({"actions": [{"kind": "level", "value": "l1"}] * 2}, "actions"),
        ({"actions": [{"kind": "level", "value": "l1"}] * 201}, "actions.non_field_errors"),
        (
            {"conditions": [{"kind": "channel", "value": "web"}] * 201},
            "conditions.non_field_errors",
        ),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_invalid_fields_are_named(
    rocket: Cast, admin: Client, changes: dict[str, Any], field: str
) -> None:
    refused = send(admin, "post", "rules/", describe_rule(rocket, **changes))
    assert refused.status_code == 400
    assert field in {error["field"] for error in refused.json()["errors"]}


def test_analysts_read_and_only_admins_write(rocket: Cast, sign_in: Any) -> None:
    analyst = sign_in(rocket.analyst.user)
    assert send(analyst, "get", "rules/").status_code == 200
    assert send(analyst, "post", "rules/", describe_rule(rocket)).status_code == 403
    assert send(analyst, "post", "dry-runs/", {"size": 1}).status_code == 403


def test_rules_of_another_desk_are_not_found(rocket: Cast, matter: Cast, admin: Client) -> None:
    with desk_scope(matter.desk):
        rule = make_rule(matter, "Theirs")
    assert send(admin, "get", "rules/").json()["results"] == []
    for method in ("get", "put", "delete"):
        assert send(admin, method, f"rules/{rule.pk}/", {}).status_code == 404


def test_a_dry_run_is_started_and_applied(rocket: Cast, admin: Client) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket(subject="Outage")
        tag = Tag.objects.create(desk=rocket.desk, name="outage")
        make_rule(
            rocket, "Outages", [{"kind": "words", "value": "outage"}], [{"kind": "tag", "tag": tag}]
        )
    run = send(admin, "post", "dry-runs/", {"size": 5}).json()
    assert run["state"] == "running"
    work_on_dry_runs()
    shown = send(admin, "get", f"dry-runs/{run['id']}/").json()
    assert shown["state"] == "done"
    [row] = shown["rows"]
    assert (row["number"], row["after"]["tags"]) == (ticket.number, [tag.pk])
    assert send(admin, "post", f"dry-runs/{run['id']}/application/").status_code == 202
    work_on_dry_runs()
    assert send(admin, "get", f"tickets/{ticket.number}/tags/").json() == {"tags": ["outage"]}
    [trace] = send(admin, "get", f"tickets/{ticket.number}/routing/").json()["results"]
    assert trace["cause"] == "A dry run was applied"
    assert trace["rules"][0]["result"] == "applies"


def test_problems_are_listed(rocket: Cast, admin: Client) -> None:
    with desk_scope(rocket.desk):
        make_rule(rocket, "First", [], [{"kind": "level", "value": "l2"}])
        hidden = make_rule(rocket, "Second", [], [{"kind": "level", "value": "l2"}])
    [problem] = send(admin, "get", "rules/problems/").json()["results"]
    assert problem["rule_id"] == hidden.pk


def test_tags_are_set_and_found(rocket: Cast, matter: Cast, sign_in: Any) -> None:
    analyst = sign_in(rocket.analyst.user)
    with desk_scope(matter.desk):
        Tag.objects.create(desk=matter.desk, name="theirs")
    with desk_scope(rocket.desk):
        ticket, _other = rocket.open_ticket(), rocket.open_ticket()
        Tag.objects.create(desk=rocket.desk, name="VIP")
    assert [each["name"] for each in send(analyst, "get", "tags/").json()["results"]] == ["VIP"]
    path = f"tickets/{ticket.number}/tags/"
    assert send(analyst, "put", path, {"tags": ["VIP"]}).json() == {"tags": ["VIP"]}
    found = send(analyst, "get", "tickets/?tag=vip").json()["results"]
    assert [each["number"] for each in found] == [ticket.number]
    assert send(analyst, "get", "tickets/?tag=none").status_code == 400
    refused = send(analyst, "put", path, {"tags": ["theirs"]})
    assert refused.status_code == 400
    assert [error["field"] for error in refused.json()["errors"]] == ["tags.0"]


def test_a_condition_on_a_form_field_names_its_key(rocket: Cast, admin: Client) -> None:
    with desk_scope(rocket.desk):
        FormField.objects.create(desk=rocket.desk, key="os", label="System")
    condition = {"kind": "field", "value": "Linux", "field": "os"}
    rule = send(admin, "post", "rules/", describe_rule(rocket, conditions=[condition])).json()
    assert rule["conditions"] == [condition | {"is_negated": False, "scope": ""}]
