"""Only genuine events are stored, each once, at the desk of their repository."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Desk
from accounts.tenancy import desk_scope
from channels_intake.code_hosts.history import delete_old_events
from channels_intake.code_hosts.signatures import (
    is_broken_signing_token,
    is_genuine_github,
    is_genuine_gitlab,
)
from channels_intake.models import CodeEvent, CodeHost
from channels_intake.tasks import sweep_code_events
from tests.cast import NOON, Cast
from tests.code_hosts.conftest import GITHUB_SECRET, GITLAB_SECRET
from tests.code_hosts.sending import (
    build_headers,
    post,
    read_payload,
    send,
    sign_gitlab,
)

BODY = json.dumps(read_payload("github.push")).encode()


def count(cast: Cast) -> int:
    with desk_scope(cast.desk):
        return CodeEvent.objects.count()


def test_the_signature_is_the_one_of_githubs_documentation() -> None:
    """The values of docs.github.com, "Validating webhook deliveries"."""
    signed = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    headers = {"X-Hub-Signature-256": signed}
    assert is_genuine_github(headers, b"Hello, World!", GITHUB_SECRET)
    assert not is_genuine_github(headers, b"Hello, World?", GITHUB_SECRET)
    assert not is_genuine_github(headers, b"Hello, World!", "")
    assert not is_genuine_github({}, b"Hello, World!", GITHUB_SECRET)
    assert not is_genuine_github({"X-Hub-Signature-256": "sha256=é"}, b"", GITHUB_SECRET)


def test_the_signature_is_the_one_of_standard_webhooks() -> None:
    """The example of standardwebhooks.com's specification."""
    secret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
    body, sent = b'{"email":"test@example.com","username":"test_user"}', "1614265330"
    message = "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk"
    good = sign_gitlab(body, secret, message, sent)
    headers = {"webhook-id": message, "webhook-timestamp": sent}
    now = timezone.datetime.fromtimestamp(1614265331, tz=NOON.tzinfo)
    for text, is_good in ((good, True), (f"v1,AAAA {good}", True), ("v1,AAAA", False), ("", False)):
        given = headers | {"webhook-signature": text}
        assert is_genuine_gitlab(given, body, secret, now=now) is is_good
    plain = headers | {"X-Gitlab-Token": secret}
    assert not is_genuine_gitlab(plain, body, secret, now=now)  # no choice of the weaker one


def test_a_genuine_event_is_stored_as_it_came(rocket: Cast, github: CodeHost) -> None:
    headers = build_headers(github, "push", BODY, delivery="d-1")
    assert post(github, headers, BODY) == 202
    with desk_scope(rocket.desk):
        event = CodeEvent.objects.get()
        assert bytes(event.raw) == BODY
        assert (event.delivery_id, event.name, event.state) == ("d-1", "push", "received")
        assert CodeHost.objects.get().last_event_at is not None
    assert sweep_code_events() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"X-Hub-Signature-256": "sha256=" + "0" * 64},
        {"X-Hub-Signature-256": ""},
        {"X-Hub-Signature-256": "sha256=ü"},
    ],
    ids=["wrong", "missing", "not ASCII"],
)
def test_a_wrong_signature_is_refused_and_nothing_is_stored(
    rocket: Cast, github: CodeHost, change: dict[str, str]
) -> None:
    headers = build_headers(github, "push", BODY) | change
    assert post(github, headers, BODY) == 401
    assert count(rocket) == 0


def test_an_event_that_was_stored_is_not_stored_again(rocket: Cast, github: CodeHost) -> None:
    headers = build_headers(github, "push", BODY, delivery="d-1")
    assert post(github, headers, BODY) == 202
    assert post(github, headers, BODY) == 200
    # GitHub doesn't sign the delivery ID: a captured request with another one is the same event.
    assert post(github, headers | {"X-GitHub-Delivery": "d-2"}, BODY) == 200
    assert count(rocket) == 1


@pytest.mark.parametrize(("age", "status"), [(0, 202), (299, 202), (301, 401), (-301, 401)])
def test_a_stale_event_of_gitlab_is_refused(
    rocket: Cast, gitlab: CodeHost, age: int, status: int
) -> None:
    at = timezone.now() - timedelta(seconds=age)
    payload = read_payload("gitlab.issue")
    assert send(gitlab, "Issue Hook", payload, at=at) == status
    assert count(rocket) == int(status == 202)


def test_gitlab_without_signing_tokens_sends_its_plain_token(
    rocket: Cast, gitlab: CodeHost
) -> None:
    with desk_scope(rocket.desk):
        gitlab.enter_secrets(webhook_secret="plain-secret")
        gitlab.save()
    body = json.dumps(read_payload("gitlab.issue")).encode()
    headers = {"X-Gitlab-Event": "Issue Hook", "X-Gitlab-Token": "plain-secret"}
    assert post(gitlab, headers | {"X-Gitlab-Token": "wrong"}, body) == 401
    assert post(gitlab, headers, body) == 202
    assert post(gitlab, headers, body) == 200


def test_a_url_works_at_its_own_desk_only(rocket: Cast, matter: Cast, github: CodeHost) -> None:
    headers = build_headers(github, "push", BODY)
    assert post(github, headers, BODY, desk="matter") == 404
    assert post(github, headers, BODY, token="x" * 32) == 404
    assert post(github, headers, BODY, token="%C3%BC" * 32) == 404
    assert count(rocket) == count(matter) == 0


def test_a_body_beyond_githubs_limit_is_refused(
    rocket: Cast, github: CodeHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("helpdesk.webhooks.code_hosts.MAX_BODY_BYTES", 10)
    assert post(github, build_headers(github, "push", BODY), BODY) == 413
    assert count(rocket) == 0


def test_the_secret_is_no_part_of_what_is_stored(rocket: Cast, gitlab: CodeHost) -> None:
    assert send(gitlab, "Issue Hook", read_payload("gitlab.issue")) == 202
    with desk_scope(rocket.desk):
        row = CodeEvent.objects.values().get()
    assert GITLAB_SECRET not in str(row)


def test_events_are_deleted_after_ninety_days_or_as_the_desk_says(
    rocket: Cast, github: CodeHost
) -> None:
    post(github, build_headers(github, "push", BODY), BODY)
    now, desk_id = timezone.now(), rocket.desk.pk
    with desk_scope(rocket.desk):
        assert delete_old_events(desk_id=desk_id, at=now + timedelta(days=89)) == 0
        Desk.objects.update(webhook_days=120)
        assert delete_old_events(desk_id=desk_id, at=now + timedelta(days=119)) == 0
        Desk.objects.update(webhook_days=90)
        assert delete_old_events(desk_id=desk_id, at=now + timedelta(days=91)) == 1


@pytest.mark.parametrize("sent", ["", "soon", "-1", "9" * 400, "9" * 5000])
def test_a_timestamp_that_is_no_time_is_refused(sent: str) -> None:
    headers = {"webhook-id": "m", "webhook-timestamp": sent, "webhook-signature": "v1,x"}
    assert not is_genuine_gitlab(headers, BODY, GITLAB_SECRET, now=NOON)


@pytest.mark.parametrize("size", [23, 65])
def test_a_signing_token_has_24_to_64_bytes(size: int) -> None:
    """Standard Webhooks: a shorter key is guessed, and a longer one isn't one."""
    for fits, key in ((False, b"k" * size), (True, b"k" * 24), (True, b"k" * 64)):
        token = "whsec_" + base64.b64encode(key).decode()
        assert is_broken_signing_token(token) is not fits
    assert is_broken_signing_token("whsec_not base64!")
    assert not is_broken_signing_token("a plain secret")
