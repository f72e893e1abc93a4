"""Repositories in the admin site: hidden secrets, the connection test, and rules."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.tenancy import desk_scope
from channels_intake.models import CodeEvent, CodeHost, OutgoingCall
from tests.access.people import create_code_host
from tests.cast import NOON, Cast
from tests.code_hosts.app_fake import CLIENT_ID, INSTALLATION, make_key, write_pem
from tests.code_hosts.hosts_fake import REPOSITORY, TOKEN, HostFake, serve_host
from tickets.models import StageSetting

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
        "sign_in": "token",
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
        "pull_request.merged": "in_progress",
        "release.published": "",
    }
    with desk_scope(rocket.desk):
        StageSetting.objects.create(desk=rocket.desk, stage="in_progress", name="SET works on it")
    page = at_rocket.get(f"{BASE}codehost/{host.pk}/change/").content.decode()
    assert f"/rocket/code-hosts/{host.hook_token}/" in page
    assert "SET works on it</option>" in page
    assert ">In progress<" not in page


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
    assert f"Plumbline can read {REPOSITORY} and its issues." in good
    fake.fail_next(401, message="Bad credentials")
    bad = at_rocket.post(test, follow=True).content.decode()
    assert f"The test of {REPOSITORY} failed: 401: Bad credentials" in bad


def app_fields(**changes: Any) -> dict[str, Any]:
    app = {"sign_in": "app", "app_id": CLIENT_ID, "installation_id": str(INSTALLATION)}
    return app | {"token": "", "private_key": write_pem(make_key())} | changes


def test_a_github_app_signs_in_with_its_key_which_is_never_shown(
    rocket: Cast, at_rocket: Client, fake: HostFake
) -> None:
    fake.app.now = timezone.now()
    assert add(at_rocket, fake, **app_fields()).status_code == 302
    host = read(rocket)
    assert host.private_key == write_pem(make_key()).strip()
    page = f"{BASE}codehost/{host.pk}/change/"
    assert "PRIVATE KEY" not in at_rocket.get(page).content.decode()
    with desk_scope(rocket.desk):
        [entry] = AuditEntry.objects.filter(action="added")
    assert entry.detail["changes"]["private_key"] == [None, "(entered)"]
    tested = at_rocket.post(f"{BASE}codehost/{host.pk}/test/", follow=True).content.decode()
    assert f"Plumbline can read {REPOSITORY} and its issues." in tested
    fake.app.permissions["issues"] = "read"
    tested = at_rocket.post(f"{BASE}codehost/{host.pk}/test/", follow=True).content.decode()
    assert "Missing permissions: Issues (read and write)." in tested
    # Saved again without the key, it stays; the token of the installation is asked for anew.
    assert at_rocket.post(page, fields_of(fake, **app_fields(private_key=""))).status_code == 302
    assert (read(rocket).private_key, read(rocket).app_token) == (host.private_key, "")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"private_key": "-----BEGIN"}, "That isn&#x27;t an RSA private key."),
        ({"private_key": ""}, "This field is required."),
        ({"app_id": ""}, "This field is required."),
        ({"installation_id": "0"}, "greater than or equal to 1"),
        ({"kind": "gitlab"}, "GitLab has no apps."),
    ],
    ids=["broken key", "no key", "no app", "no installation", "GitLab"],
)
def test_an_app_needs_a_key_an_id_and_an_installation(
    rocket: Cast, at_rocket: Client, fake: HostFake, changes: dict[str, str], said: str
) -> None:
    page = add(at_rocket, fake, **app_fields(**changes)).content.decode()
    assert said in page
    assert "MII" not in page  # the key isn't sent back
    with desk_scope(rocket.desk):
        assert not CodeHost.objects.exists()


def test_a_key_signs_nothing_for_a_new_address(
    rocket: Cast, at_rocket: Client, fake: HostFake
) -> None:
    """What it signs for another host would let that host sign in at GitHub for ten minutes."""
    add(at_rocket, fake, **app_fields())
    host = read(rocket)
    page = f"{BASE}codehost/{host.pk}/change/"
    moved = {"api_url": "https://elsewhere.example"}
    answer = at_rocket.post(page, fields_of(fake, **app_fields(private_key=""), **moved))
    assert "Enter this secret again" in answer.content.decode()
    # A token instead of the key is fine, and the key is forgotten.
    by_token = {"sign_in": "token", "token": "t0ken"}
    assert at_rocket.post(page, fields_of(fake, **moved, **by_token)).status_code == 302
    assert (read(rocket).token, read(rocket).private_key) == ("t0ken", "")


@pytest.mark.parametrize("secret", ["whsec_", "whsec_c2hvcnQ=", "whsec_not base64"])
def test_a_signing_token_that_is_cut_off_is_refused(
    rocket: Cast, at_rocket: Client, fake: HostFake, secret: str
) -> None:
    answer = add(at_rocket, fake, kind="gitlab", webhook_secret=secret)
    assert "This signing token isn&#x27;t complete" in answer.content.decode()
    whole = "whsec_" + "a" * 43 + "="
    assert add(at_rocket, fake, kind="gitlab", webhook_secret=whole).status_code == 302
    assert read(rocket).webhook_secret == whole


def test_a_pause_ends_at_once(rocket: Cast, at_rocket: Client, fake: HostFake) -> None:
    add(at_rocket, fake, is_paused="on")
    host = read(rocket)
    later = timezone.now() + timedelta(minutes=10)
    with desk_scope(rocket.desk):
        OutgoingCall.objects.create(
            desk=rocket.desk, kind="code_host", connection_id=host.pk, key="a",
            next_try_at=later, gives_up_at=later, created_at=NOON,
        )  # fmt: skip
    page = f"{BASE}codehost/{host.pk}/change/"
    at_rocket.post(page, fields_of(fake, is_paused="on", labels="bug"))
    with desk_scope(rocket.desk):
        assert OutgoingCall.objects.get().next_try_at == later
    at_rocket.post(page, fields_of(fake))
    with desk_scope(rocket.desk):
        assert OutgoingCall.objects.get().next_try_at < later


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
