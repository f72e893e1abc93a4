"""A change that the CRM reports is marked and fetched; only the holder of the token can report."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.crm.watch import renew_channel
from accounts.models import Account, ConnectionState, CrmConnection, CrmMark, CrmPull
from accounts.tasks import pull_connection, pull_crm
from accounts.tenancy import desk_scope
from helpdesk.webhooks import crm
from tests.accounts.conftest import connect
from tests.accounts.test_crm_pull import fill
from tests.accounts.zoho_fake import ZohoFake
from tests.cast import Cast


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The calls to the task queue."""
    calls: list[dict[str, Any]] = []
    monkeypatch.setattr(crm, "queue_once_after_commit", lambda name, **kwargs: calls.append(kwargs))
    return calls


@pytest.fixture
def channel(crm: CrmConnection) -> dict[str, Any]:
    """A notification as the vendor sends it, for the first desk's open channel."""
    crm.notify_url = "https://desk.example/rocket/crm/zoho/"
    crm.save()
    renew_channel(connection=crm, at=timezone.now())
    return {
        "server_time": 1718117126473,
        "query_params": {},
        "module": "Accounts",
        "resource_uri": "https://www.zohoapis.com/crm/v2/Accounts",
        "ids": ["1", "2"],
        "affected_fields": [],
        "operation": "update",
        "channel_id": crm.channel_id,
        "token": crm.channel_token,
    }


def post(content: object, desk: str = "rocket") -> int:
    return Client(enforce_csrf_checks=True).post(
        f"/{desk}/crm/zoho/", content, content_type="application/json"
    ).status_code  # fmt: skip


def test_told_records_are_marked_once_and_one_pull_is_asked_for(
    channel: dict[str, Any], crm: CrmConnection, queued: list
) -> None:
    assert post(channel) == 200
    assert post(channel) == 200
    assert set(CrmMark.objects.values_list("module", "record_id")) == {
        ("Accounts", "1"),
        ("Accounts", "2"),
    }
    assert queued == [{"desk_id": crm.desk_id, "connection_id": crm.pk}]


def test_the_pull_then_fetches_them(
    channel: dict[str, Any], crm: CrmConnection, zoho: ZohoFake
) -> None:
    fill(zoho, 2)
    CrmConnection.objects.filter(pk=crm.pk).update(since=timezone.now())
    post(channel)
    assert pull_connection(desk_id=crm.desk_id, connection_id=crm.pk) == "done"
    assert Account.objects.filter(name__startswith="Firm").count() == 2
    assert not CrmMark.objects.exists()


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"token": "wrong"}, 403),
        ({"token": None}, 403),
        ({"token": "\ud800"}, 403),
        ({"channel_id": "123"}, 403),
        ({"channel_id": "1\x00"}, 403),
        ({"ids": "1"}, 400),
        ({"ids": ["1; DROP"]}, 400),
        ({"ids": [str(n) for n in range(1001)]}, 400),
    ],
)
def test_what_is_not_the_crms_word_marks_nothing(
    channel: dict[str, Any], queued: list, change: dict[str, Any], status: int
) -> None:
    assert post({**channel, **change}) == status
    assert not CrmMark.objects.exists()
    assert queued == []


@pytest.mark.parametrize("body", ["", "[]", "{", "[" * 200_000, '{"ids": []}' + " " * 300_000])
def test_what_is_no_notification_is_refused(body: str, crm: CrmConnection) -> None:
    assert post(body) == 400


def test_another_module_marks_nothing(channel: dict[str, Any], queued: list) -> None:
    assert post({**channel, "module": "Leads"}) == 200
    assert not CrmMark.objects.exists()


def test_one_desks_channel_is_none_of_another_and_a_get_is_refused(
    channel: dict[str, Any], matter: Cast
) -> None:
    assert post(channel, desk="matter") == 403
    assert Client().get("/rocket/crm/zoho/").status_code == 405


def test_the_beat_asks_for_what_is_due_in_each_desk_and_leaves_the_rest(
    rocket: Cast, matter: Cast, zoho: ZohoFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, int]] = []
    monkeypatch.setattr(pull_connection, "delay", lambda **kwargs: asked.append(kwargs))
    with desk_scope(matter.desk):
        theirs = connect(matter, zoho)
    with desk_scope(rocket.desk):
        mine, paused = connect(rocket, zoho), connect(rocket, zoho)
        CrmConnection.objects.filter(pk=paused.pk).update(state=ConnectionState.PAUSED)
    assert pull_crm() == 2
    assert {(call["desk_id"], call["connection_id"]) for call in asked} == {
        (matter.desk.pk, theirs.pk),
        (rocket.desk.pk, mine.pk),
    }
    for call in asked:
        assert pull_connection(**call) == "done"
    assert pull_connection(desk_id=rocket.desk.pk, connection_id=paused.pk) == "not due"
    assert pull_connection(desk_id=rocket.desk.pk, connection_id=theirs.pk) == "not due"
    with desk_scope(rocket.desk):
        assert CrmPull.objects.count() == 1


def test_a_pull_that_was_told_to_wait_is_not_asked_for_before(
    crm: CrmConnection, zoho: ZohoFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, int]] = []
    monkeypatch.setattr(pull_connection, "delay", lambda **kwargs: asked.append(kwargs))
    zoho.answer_next(429, {"Retry-After": "600"})
    assert pull_connection(desk_id=crm.desk_id, connection_id=crm.pk) == "running"
    assert pull_connection(desk_id=crm.desk_id, connection_id=crm.pk) == "not due"
    assert pull_crm() == 0
    assert asked == []
