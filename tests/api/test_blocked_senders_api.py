"""Blocked senders over the API: the same checks and audit entries as on the admin's page."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry
from channels_intake.models import BlockedSender
from tests.agent.conftest import SignIn
from tests.cast import Cast

API = "/rocket/api/v1/blocked-senders/"


def send(client: Client, method: str, path: str = "", data: Any = None) -> Any:
    return getattr(client, method)(f"{API}{path}", data, content_type="application/json")


@pytest.fixture
def admin(in_rocket: Cast, sign_in: SignIn) -> Client:
    return sign_in(in_rocket.admin.user)


def test_an_admin_blocks_finds_and_unblocks_a_sender(in_rocket: Cast, admin: Client) -> None:
    added = send(admin, "post", data={"value": " Spam@Pest.example ", "why": "Ads"})
    assert added.status_code == 201, added.json()
    row = added.json()
    assert (row["value"], row["why"]) == ("spam@pest.example", "Ads")
    assert row["blocked_by"]["id"] == in_rocket.admin.pk
    path = f"{row['id']}/"
    changed = send(admin, "patch", path, {"why": "Daily ads"}).json()
    assert changed == {**row, "why": "Daily ads"}
    send(admin, "post", data={"value": "https://pest.example/x"})
    listed = [each["value"] for each in admin.get(API).json()["results"]]
    assert listed == ["pest.example", "spam@pest.example"]
    found = admin.get(f"{API}?value=SPAM@pest.example").json()["results"]
    assert [each["id"] for each in found] == [row["id"]]
    assert admin.delete(f"{API}{path}").status_code == 204
    assert [each.value for each in BlockedSender.objects.all()] == ["pest.example"]
    actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["added", "changed", "added", "deleted"]


def test_the_desks_own_people_and_whole_free_services_are_never_blocked(
    in_rocket: Cast, admin: Client
) -> None:
    assert send(admin, "post", data={"value": "pest.example"}).status_code == 201
    own = [in_rocket.analyst.user.email, in_rocket.mailbox.address]
    theirs = in_rocket.customer.email.partition("@")[2]
    for value in (*own, theirs, "gmail.com", "co.uk", "no sender", "PEST.example", ""):
        refused = send(admin, "post", data={"value": value})
        assert refused.status_code == 400, value
        assert [error["field"] for error in refused.json()["errors"]] == ["value"], value
    assert BlockedSender.objects.count() == 1


def test_only_admins_of_the_desk_see_and_block_senders(
    in_rocket: Cast, matter: Cast, sign_in: SignIn
) -> None:
    row = BlockedSender.objects.create(desk=in_rocket.desk, value="spam@pest.example")
    lead = sign_in(in_rocket.lead.user)
    assert lead.get(API).status_code == 403
    assert send(lead, "post", data={"value": "x@pest.example"}).status_code == 403
    assert lead.delete(f"{API}{row.pk}/").status_code == 403
    foreign = sign_in(matter.admin.user)
    assert foreign.get(f"/matter/api/v1/blocked-senders/{row.pk}/").status_code == 404
    assert foreign.get("/matter/api/v1/blocked-senders/").json()["results"] == []
    assert sign_in(in_rocket.customer.user).get(API).status_code == 404
    assert BlockedSender.objects.count() == 1
