"""Mailboxes, channels and escalation ladders: added, changed and switched; never a secret."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry, Plan
from accounts.tenancy import desk_scope
from channels_intake.models import Connection, Mailbox
from sla.models import Ladder, LadderStep
from tests.agent.conftest import SignIn
from tests.cast import NOON, Cast

API = "/rocket/api/v1/"
SECRET = "hush-very-secret"


def send(client: Client, method: str, path: str, data: Any = None) -> Any:
    return getattr(client, method)(f"{API}{path}", data, content_type="application/json")


def list_fields(answer: Any) -> list[str]:
    assert answer.status_code == 400, answer.json()
    return [error["field"] for error in answer.json()["errors"]]


@pytest.fixture
def admin(in_rocket: Cast, sign_in: SignIn) -> Client:
    return sign_in(in_rocket.admin.user)


@pytest.fixture
def channel(in_rocket: Cast) -> Connection:
    made = Connection(desk=in_rocket.desk, kind="telegram", name="Bot", silent_until=NOON)
    made.enter_secrets(bot_token=SECRET)
    made.save()
    return made


def test_a_channel_is_paused_and_resumed_and_its_secrets_are_never_shown(
    in_rocket: Cast, admin: Client, channel: Connection, sign_in: SignIn
) -> None:
    path = f"channels/{channel.pk}/"
    shown = admin.get(f"{API}{path}").json()
    assert (shown["kind"], shown["name"], shown["is_paused"]) == ("telegram", "Bot", False)
    paused = send(admin, "patch", path, {"is_paused": True, "name": "Our bot"})
    assert paused.json() == {**shown, "is_paused": True, "name": "Our bot"}
    assert send(admin, "patch", path, {"is_paused": False}).status_code == 200
    assert not Connection.objects.get(pk=channel.pk).is_paused
    listed = admin.get(f"{API}channels/").json()["results"]
    assert [row["id"] for row in listed] == [channel.pk]
    for text in (SECRET, channel.hook_token, channel.sealed_secrets):
        assert text
        assert text not in json.dumps([shown, listed])
    for body in ({"sealed_secrets": "x"}, {"hook_token": "x"}, {"cursor": {}}):
        assert list_fields(send(admin, "patch", path, body)) == [*body]
    assert AuditEntry.objects.count() == 2
    lead = sign_in(in_rocket.lead.user)
    assert lead.get(f"{API}{path}").status_code == 403
    assert send(lead, "patch", path, {"is_paused": True}).status_code == 403


def test_a_mailbox_is_switched_and_there_is_one_default(
    in_rocket: Cast, admin: Client, sign_in: SignIn
) -> None:
    other = Mailbox.objects.create(
        desk=in_rocket.desk, address="sales@rocket.example", name="Sales", code_hash="c" * 64
    )
    path = f"mailboxes/{other.pk}/"
    shown = admin.get(f"{API}{path}").json()
    assert shown["verified_at"] is None
    assert "code_hash" not in shown
    changed = send(admin, "patch", path, {"is_active": False, "signature": "Bye"}).json()
    assert changed == {**shown, "is_active": False, "signature": "Bye"}
    assert list_fields(send(admin, "patch", path, {"is_default": True})) == ["is_default"]
    kept = send(admin, "patch", path, {"address": "mine@rocket.example"}).json()
    assert kept["address"] == "sales@rocket.example"
    assert len(admin.get(f"{API}mailboxes/").json()["results"]) == 2
    assert sign_in(in_rocket.analyst.user).get(f"{API}mailboxes/").status_code == 403


def test_an_admin_sets_ladders_with_their_steps(
    in_rocket: Cast, matter: Cast, admin: Client, sign_in: SignIn
) -> None:
    lead = in_rocket.lead
    given = {
        "name": "Nights",
        "clock": "first_response",
        "priority": "High",
        "plan": "Standard",
        "steps": [
            {"minutes": 10, "trigger": "before", "action": "assignee"},
            {"minutes": 5, "action": "executive", "agent": lead.user.email},
        ],
    }
    added = send(admin, "post", "ladders/", given)
    assert added.status_code == 201, added.json()
    row = added.json()
    assert (row["position"], row["plan"]["name"], row["policy"]) == (1, "Standard", None)
    assert [step["action"] for step in row["steps"]] == ["assignee", "executive"]
    assert row["steps"][1]["agent"]["id"] == lead.pk
    path = f"ladders/{row['id']}/"
    assert send(admin, "patch", path, row).json() == row
    assert AuditEntry.objects.count() == 1
    changed = send(admin, "patch", path, {"steps": row["steps"][:1], "is_active": False}).json()
    assert changed == {**row, "steps": row["steps"][:1], "is_active": False}
    for body, field in (
        ({"steps": [{"action": "executive"}]}, "steps.0.agent"),
        ({"steps": [{"action": "sing"}]}, "steps.0.action"),
        ({"steps": [{"minutes": 5}]}, "steps.0.action"),
        ({"repeat_minutes": 1}, "repeat_minutes"),
        ({"plan": matter.plan.pk}, "plan"),
        ({"clock": "cuckoo"}, "clock"),
    ):
        assert list_fields(send(admin, "patch", path, body)) == [field], body
    assert sign_in(lead.user).get(f"{API}{path}").json() == changed
    assert send(sign_in(lead.user), "patch", path, {"name": "Mine"}).status_code == 403
    foreign = sign_in(matter.admin.user)
    assert foreign.get(f"/matter/api/v1/{path}").status_code == 404
    used = admin.delete(f"{API}plans/{Plan.objects.get(desk=in_rocket.desk).pk}/")
    assert used.status_code == 409
    assert admin.delete(f"{API}{path}").status_code == 204
    with desk_scope(in_rocket.desk):
        assert not Ladder.objects.exists()
        assert not LadderStep.objects.exists()
