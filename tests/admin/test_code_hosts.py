"""Repositories in the admin site: hidden secrets, the connection test, and rules."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry
from accounts.tenancy import desk_scope
from channels_intake.models import CodeEvent, CodeHost, OutgoingCall
from tests.access.people import create_code_host
from tests.cast import NOON, Cast
from tests.code_hosts.hosts_fake import REPOSITORY, TOKEN, HostFake, serve_host

BASE = "/rocket/admin/channels_intake/"
NO_RULES = {"rules-TOTAL_FORMS": "0", "rules-INITIAL_FORMS": "0"}


@pytest.fixture
def fake() -> Iterator[HostFake]:
    with serve_host() as served:
        yield served


def fields_of(fake: HostFake, **changes: Any) -> dict[str, Any]:
    given = {
        "kind": "github",
        "api_url": fake.url,
        "repository": REPOSITORY,
        "labels": "",
        "token": "",
        "webhook_secret": "",
    }
    return given | NO_RULES | changes


def add(client: Client, fake: HostFake, **changes: Any) -> Any:
    secrets = {"token": TOKEN, "webhook_secret": "hook-s3cret"}
    return client.post(f"{BASE}codehost/add/", fields_of(fake, **(secrets | changes)))


def read(cast: Cast) -> CodeHost:
    with desk_scope(cast.desk):
        return CodeHost.objects.get()


def test_a_new_repository_has_the_usual_rules_and_shows_its_webhook(
    rocket: Cast, at_rocket: Client, fake: HostFake
) -> None:
    assert add(at_rocket, fake).status_code == 302
    host = read(rocket)
    with desk_scope(rocket.desk):
        rules = dict(host.rules.values_list("trigger", "stage"))
    assert rules == {
        "pull_request.opened": "in_progress",
        "pull_request.merged": "tested",
        "release.published": "",
    }
    page = at_rocket.get(f"{BASE}codehost/{host.pk}/change/").content.decode()
    assert f"/rocket/code-hosts/{host.hook_token}/" in page


def test_secrets_are_neither_shown_nor_audited(
    rocket: Cast, at_rocket: Client, fake: HostFake
) -> None:
    add(at_rocket, fake)
    host = read(rocket)
    assert (host.token, host.webhook_secret) == (TOKEN, "hook-s3cret")
    page = f"{BASE}codehost/{host.pk}/change/"
    assert at_rocket.post(page, fields_of(fake, token="n3w-token")).status_code == 302
    assert (read(rocket).token, read(rocket).webhook_secret) == ("n3w-token", "hook-s3cret")
    with desk_scope(rocket.desk):
        entries = json.dumps([entry.detail for entry in AuditEntry.objects.all()])
    for text in (entries, at_rocket.get(page).content.decode()):
        for secret in (TOKEN, "n3w-token", "hook-s3cret"):
            assert secret not in text


def test_a_new_address_needs_the_token_again(
    rocket: Cast, at_rocket: Client, fake: HostFake
) -> None:
    add(at_rocket, fake)
    host = read(rocket)
    moved = fields_of(fake, api_url="https://elsewhere.example")
    answer = at_rocket.post(f"{BASE}codehost/{host.pk}/change/", moved)
    assert "Enter this secret again" in answer.content.decode()
    assert read(rocket).api_url == fake.url


@pytest.mark.parametrize("repository", ["server", "acme/", "../server", "acme//server"])
def test_a_repository_that_cannot_be_one_is_refused(
    rocket: Cast, at_rocket: Client, fake: HostFake, repository: str
) -> None:
    answer = add(at_rocket, fake, repository=repository)
    assert "Write it as owner/repository." in answer.content.decode()
    with desk_scope(rocket.desk):
        assert not CodeHost.objects.exists()


def test_a_rule_needs_a_stage_unless_it_is_about_releases(
    rocket: Cast, at_rocket: Client, fake: HostFake
) -> None:
    rule = {"rules-TOTAL_FORMS": "1", "rules-0-trigger": "issue.closed", "rules-0-stage": ""}
    answer = add(at_rocket, fake, **rule)
    assert "Choose the stage that this event moves defects to." in answer.content.decode()
    assert add(at_rocket, fake, **rule | {"rules-0-stage": "tested"}).status_code == 302
    with desk_scope(rocket.desk):
        assert read(rocket).rules.get().stage == "tested"


def test_the_test_button_says_what_is_wrong(
    rocket: Cast, at_rocket: Client, fake: HostFake
) -> None:
    add(at_rocket, fake)
    host = read(rocket)
    test = f"{BASE}codehost/{host.pk}/test/"
    good = at_rocket.post(test, follow=True).content.decode()
    assert f"{REPOSITORY} and its issues can be read." in good
    fake.fail_next(401, message="Bad credentials")
    bad = at_rocket.post(test, follow=True).content.decode()
    assert "can&#x27;t be read: 401: Bad credentials" in bad


def test_events_set_aside_and_failed_calls_have_their_buttons(
    rocket: Cast, at_rocket: Client
) -> None:
    with desk_scope(rocket.desk):
        create_code_host(rocket.desk)
        event = CodeEvent.objects.get()
        call = OutgoingCall.objects.create(
            desk=rocket.desk, kind="code_host", connection_id=1, key="a", state="failed",
            next_try_at=NOON, gives_up_at=NOON, created_at=NOON,
        )  # fmt: skip
    for path in (f"codeevent/{event.pk}", f"outgoingcall/{call.pk}"):
        again = f"{BASE}{path}/again/"
        assert again in at_rocket.get(f"{BASE}{path}/change/").content.decode()
        assert at_rocket.post(again).status_code == 302
        assert again not in at_rocket.get(f"{BASE}{path}/change/").content.decode()
    with desk_scope(rocket.desk):
        assert OutgoingCall.objects.get().state == "queued"
        assert CodeEvent.objects.get().state == "received"


def test_rows_of_another_desk_are_not_found(rocket: Cast, matter: Cast, at_rocket: Client) -> None:
    with desk_scope(matter.desk):
        host = create_code_host(matter.desk)
        event = CodeEvent.objects.get()
    for path in (f"codehost/{host.pk}/test/", f"codeevent/{event.pk}/again/"):
        assert at_rocket.post(f"{BASE}{path}").status_code == 404
