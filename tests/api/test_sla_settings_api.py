"""SLA policies and targets through the API: read by agents, changed and previewed by admins."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry
from accounts.tenancy import desk_scope
from helpdesk.api.configuration.sla_fields import find_conditions
from sla.models import Policy, Replan, Target
from sla.policies.contents import list_versions
from tests.cast import Cast

POLICIES = "/rocket/api/v1/sla/policies/"
TARGETS = "/rocket/api/v1/sla/targets/"


@pytest.fixture
def as_admin(in_rocket: Cast, sign_in: Any) -> Client:
    return sign_in(in_rocket.admin.user)


def send(client: Client, url: str, data: Any, method: str = "post") -> Any:
    return getattr(client, method)(url, data, content_type="application/json")


def make(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Urgent",
        "conditions": {"priority": ["High"], "channel": ["email"]},
        "targets": {"first_response": {"target": "1h", "calendar": "12x5"}},
        **changes,
    }


def test_a_policy_is_created_changed_and_deleted(in_rocket: Cast, as_admin: Client) -> None:
    answer = send(as_admin, POLICIES, make())
    assert (answer.status_code, answer.json()["is_saved"]) == (201, True)
    [shown] = as_admin.get(POLICIES).json()["results"]
    assert shown["conditions"] == {"channel": ["email"], "priority": ["High"]}
    assert shown["targets"] == {"first_response": {"target": "1h", "calendar": "12x5"}}
    url = f"{POLICIES}{shown['id']}/"
    changed = make(targets={"update": {"target": "2 business days", "calendar": "12x5"}})
    assert send(as_admin, url, changed, "put").status_code == 200
    assert as_admin.get(url).json()["targets"] == {
        "update": {"target": "2 business days", "calendar": "12x5"}
    }
    latest, _first = list_versions(Policy.objects.get())
    assert latest.by == "Admin"
    assert "First response: 1h (12x5) → –" in latest.changes
    assert as_admin.delete(url).status_code == 204
    assert not Policy.objects.exists()
    assert not Target.objects.filter(plan=None).exists()
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["added", "changed", "deleted"]


def test_a_preview_counts_and_saves_nothing(in_rocket: Cast, as_admin: Client) -> None:
    in_rocket.open_ticket(priority=in_rocket.priorities["High"])
    answer = send(as_admin, POLICIES, make(applies_to="preview")).json()
    assert answer["is_saved"] is False
    assert (answer["preview"]["moved"], answer["preview"]["checked"]) == (1, 1)
    assert not Policy.objects.exists()
    assert send(as_admin, POLICIES, make(applies_to="open")).status_code == 201
    assert Replan.objects.get().scope == "open"


def test_a_position_puts_policies_in_order(in_rocket: Cast, as_admin: Client) -> None:
    for name in ("A", "B", "C"):
        send(as_admin, POLICIES, make(name=name))
    send(as_admin, POLICIES, make(name="D", position=2))
    assert [policy["name"] for policy in as_admin.get(POLICIES).json()["results"]] == [
        "A",
        "D",
        "B",
        "C",
    ]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"name": ""}, "name"),
        ({"conditions": {"priority": ["Urgent"]}}, "conditions.priority"),
        ({"conditions": {"weather": ["bad"]}}, "conditions.weather"),
        ({"targets": {"first_response": {"target": "30 s"}}}, "targets.first_response.target"),
        ({"targets": {"first_response": {"target": "1h"}}}, "targets.first_response.calendar"),
        ({"targets": {"level_taken": {"target": "1h", "calendar": "12x5"}}}, "targets.level_taken"),
        ({"conditions": {"plan": ["Standard"], "channel": ["phone"]}}, "conditions"),
        ({"applies_to": "all"}, "applies_to"),
        ({"nonsense": 1}, "nonsense"),
    ],
)
def test_errors_name_the_field(
    in_rocket: Cast, as_admin: Client, data: dict[str, Any], field: str
) -> None:
    answer = send(as_admin, POLICIES, make(**data))
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert not Policy.objects.exists()


def test_a_cell_of_the_matrix_is_set_and_removed(in_rocket: Cast, as_admin: Client) -> None:
    cell = {"plan": "Standard", "priority": "High", "clock": "next_response", "calendar": "12x5"}
    assert send(as_admin, TARGETS, cell | {"target": "2h"}).status_code == 200
    assert {"clock": "next_response", "target": "2h"}.items() <= next(
        one for one in as_admin.get(TARGETS).json()["results"] if one["clock"] == "next_response"
    ).items()
    trial = cell | {"account_status": "trial", "target": "none"}
    assert send(as_admin, TARGETS, trial).status_code == 200
    assert send(as_admin, TARGETS, cell | {"target": ""}).status_code == 200
    left = Target.objects.filter(clock="next_response").values_list("account_status", "unit")
    assert list(left) == [("trial", "none")]
    wrong = send(as_admin, TARGETS, cell | {"target": "2 days"}).json()
    assert [error["field"] for error in wrong["errors"]] == ["target"]


def test_only_admins_write_and_agents_read(in_rocket: Cast, sign_in: Any) -> None:
    client = sign_in(in_rocket.analyst.user)
    assert client.get(POLICIES).status_code == 200
    assert send(client, POLICIES, make()).status_code == 403
    assert send(client, TARGETS, {}).status_code == 403
    assert not Policy.objects.exists()


def test_another_desks_rows_are_unknown(in_rocket: Cast, matter: Cast, as_admin: Client) -> None:
    with desk_scope(matter.desk):
        theirs = Policy.objects.create(desk=matter.desk, name="Theirs")
    url = f"{POLICIES}{theirs.pk}/"
    assert as_admin.get(url).status_code == 404
    assert send(as_admin, url, make(), "put").status_code == 404
    assert as_admin.delete(url).status_code == 404
    assert as_admin.get(POLICIES).json()["results"] == []
    data = make(conditions={"priority": ["Urgent"]})
    assert send(as_admin, POLICIES, data).status_code == 400


def test_a_value_that_is_named_many_times_counts_once(in_rocket: Cast, as_admin: Client) -> None:
    """Each combination of values is checked: repeated ones would keep a process busy for hours."""
    many = {"priority": ["High"] * 1000, "channel": ["email"] * 1000}
    assert {kind: len(keys) for kind, keys in find_conditions(in_rocket.desk, many).items()} == {
        "priority": 1, "channel": 1,
    }  # fmt: skip
    assert send(as_admin, POLICIES, make(conditions=many)).status_code == 201
