"""Admins manage webhooks by the API; others don't, and secrets are shown once."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test import Client

from accounts.models import AuditEntry
from accounts.tenancy import desk_scope
from tests.cast import Cast
from tests.webhooks.helpers import follow, respond, send
from tests.webhooks.receiver import Receiver
from tickets.models import Notification, WebhookDelivery, WebhookSubscription
from tickets.webhooks.attempts import Outcome, Result
from tickets.webhooks.subscriptions import MAX_SUBSCRIPTIONS

URL = "/rocket/api/v1/webhooks/"


def post(client: Client, url: str, content: Any = None, **headers: str) -> Any:
    return client.post(url, content or {}, content_type="application/json", headers=headers)


def add(client: Client, receiver: Receiver, **fields: Any) -> dict[str, Any]:
    given = {"name": "Warehouse", "url": receiver.url, "kinds": ["customer.responded"], **fields}
    response = post(client, URL, given)
    assert response.status_code == 201, response.content
    return dict(response.json())


def test_a_program_subscribes_tests_and_reads_deliveries(
    rocket: Cast, receiver: Receiver, sign_in: Any
) -> None:
    client = sign_in(rocket.admin.user)
    made = add(client, receiver, payload="full")
    receiver.secret = made["secret"]
    own = f"{URL}{made['id']}/"
    assert "secret" not in client.get(own).json()
    tested = post(client, f"{own}test/").json()
    assert (tested["is_accepted"], tested["status"]) == (True, 204)
    with desk_scope(rocket.desk):
        hook = WebhookSubscription.objects.get()
        WebhookSubscription.objects.update(next_try_at="2026-01-01T00:00:00Z")
        respond(rocket, rocket.open_ticket())
        follow(rocket)
        send(hook)
    [listed] = client.get("/rocket/api/v1/deliveries/", {"webhook_id": hook.pk}).json()["results"]
    assert (listed["state"], listed["status"], listed["attempts"]) == ("delivered", 204, 1)
    assert client.get("/rocket/api/v1/deliveries/", {"state": "failed"}).json()["results"] == []
    detail = client.get(f"/rocket/api/v1/deliveries/{listed['id']}/").json()
    assert [attempt["status"] for attempt in detail["log"]] == [204]
    again = post(client, f"/rocket/api/v1/deliveries/{listed['id']}/again/")
    assert (again.status_code, again.json()["state"]) == (202, "waiting")
    for act, state in (("pause", "paused"), ("resume", "active")):
        assert post(client, f"{own}{act}/").json()["state"] == state
    assert post(client, f"{own}replay/", {"event_id": 1}).status_code == 202
    assert (
        post(client, f"{own}replay/", {"event_id": 1, "since": "2026-01-01T00:00:00Z"}).status_code
        == 400
    )
    assert client.delete(own).status_code == 204
    with desk_scope(rocket.desk):
        assert not WebhookDelivery.objects.exists()


def test_a_repeated_request_adds_one_webhook_and_shows_the_secret_once(
    rocket: Cast, receiver: Receiver, sign_in: Any
) -> None:
    client = sign_in(rocket.admin.user)
    given = {"name": "Warehouse", "url": receiver.url}
    first, second = (post(client, URL, given, idempotency_key="k1") for _ in range(2))
    assert first.json()["id"] == second.json()["id"]
    assert first.json()["secret"].startswith("whsec_")
    assert second.json()["secret"] == ""
    own = f"{URL}{first.json()['id']}/"
    rotated, repeated = (post(client, f"{own}secret/", idempotency_key="k2") for _ in range(2))
    with desk_scope(rocket.desk):
        assert WebhookSubscription.objects.get().secret == rotated.json()["secret"]
    assert repeated.json()["secret"] == ""


def test_refused_values_name_their_field(rocket: Cast, receiver: Receiver, sign_in: Any) -> None:
    client = sign_in(rocket.admin.user)
    made = add(client, receiver)
    for field, value in (
        ("name", "Warehouse"),
        ("url", "ftp://files.example.com/"),
        ("kinds", ["ticket.exploded"]),
        ("kinds", ["note.added"]),
        ("filters", {"assignee": "me"}),
        ("filters", {"priority": "999999"}),
        ("payload", "huge"),
    ):
        given = {"name": "Other", "url": receiver.url, field: value}
        response = post(client, URL, given)
        assert response.status_code == 400, (field, value)
        assert field in str(response.json()["errors"])
    own = f"{URL}{made['id']}/"
    changed = client.patch(own, {"includes_internal": True}, content_type="application/json")
    assert changed.json()["includes_internal"] is True
    with desk_scope(rocket.desk):
        assert Notification.objects.filter(kind="webhook.internal").count() == 1
        assert AuditEntry.objects.filter(action="changed", detail__pk=str(made["id"])).exists()
        WebhookSubscription.objects.bulk_create(
            WebhookSubscription(
                desk=rocket.desk, name=str(n), url=receiver.url,
                next_try_at="2026-01-01T00:00Z", created_at="2026-01-01T00:00Z",
            )
            for n in range(MAX_SUBSCRIPTIONS - 1)
        )  # fmt: skip
    assert post(client, URL, {"name": "One more", "url": receiver.url}).status_code == 409


def test_only_admins_of_the_desk(
    rocket: Cast, matter: Cast, receiver: Receiver, sign_in: Any
) -> None:
    made = add(sign_in(rocket.admin.user), receiver)
    own = f"{URL}{made['id']}/"
    for person, expected in ((rocket.lead, 403), (rocket.analyst, 403), (matter.admin, 404)):
        client = sign_in(person.user)
        assert client.get(own).status_code == expected
        assert post(client, f"{own}secret/").status_code == expected
    there = sign_in(matter.admin.user)
    assert there.get(own.replace("rocket", "matter")).status_code == 404
    assert there.get("/matter/api/v1/webhooks/").json()["results"] == []


def test_a_test_event_with_a_key_is_sent_once_and_in_no_transaction(
    rocket: Cast, receiver: Receiver, sign_in: Any, monkeypatch: Any
) -> None:
    client, key = sign_in(rocket.admin.user), {"idempotency-key": "one"}
    path = f"{URL}{add(client, receiver)['id']}/test/"
    seen: list[Any] = []

    def send_test(*_: Any, **__: Any) -> Result:
        seen.append((connection.savepoint_ids[:], post(client, path, **key).status_code))
        return Result(Outcome.DELIVERED, status=204)

    monkeypatch.setattr("helpdesk.api.webhooks.subscriptions.send_test", send_test)
    first, again = post(client, path, **key), post(client, path, **key)
    assert (first.status_code, first.json()["is_accepted"]) == (200, True)
    assert (again.status_code, again.content) == (204, b"")  # results aren't kept
    assert again["Idempotency-Replayed"] == "true"
    assert seen == [([], 409)]
