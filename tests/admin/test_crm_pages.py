"""The CRM connection in the admin site: write-only secrets, changes that restart it, pulls."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from accounts import tasks
from accounts.crm.reasons import CrmReason
from accounts.models import (
    Account,
    AuditEntry,
    ConnectionState,
    CrmConnection,
    CrmPull,
    CrmSetAside,
    User,
)
from accounts.sentences import Problem
from accounts.tenancy import desk_scope
from tests.accounts.conftest import MAPPING, connect
from tests.accounts.zoho_fake import CLIENT, ZohoFake, serve_zoho
from tests.cast import NOON, Cast
from tickets import queueing

BASE = "/rocket/admin/accounts/crmconnection/"


@pytest.fixture
def zoho() -> Iterator[ZohoFake]:
    with serve_zoho() as fake:
        yield fake


@pytest.fixture
def crm(rocket: Cast, zoho: ZohoFake) -> CrmConnection:
    """Return the first desk's connection, after earlier pulls."""
    with desk_scope(rocket.desk):
        connection = connect(rocket, zoho)
        connection.since, connection.channel_id = NOON, "123"
        connection.save()
    return connection


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Collect the tasks instead of sending them."""
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(
        queueing, "_send", lambda name, given, **_: not sent.append({"name": name, **given})
    )
    return sent


def fields_of(zoho: ZohoFake, **changes: Any) -> dict[str, Any]:
    fields = {
        "accounts_url": zoho.url,
        "api_url": zoho.url,
        "client_id": CLIENT["client_id"],
        "client_secret": "",
        "refresh_token": "",
        "mapping": json.dumps(MAPPING),
        "notify_url": "",
    }
    return fields | changes


def crm_error(text: str) -> dict[str, Any]:
    return {"error": "crm_error", "error_data": {"error": text}}


def read(cast: Cast) -> CrmConnection:
    with desk_scope(cast.desk):
        return CrmConnection.objects.get()


def test_a_new_connection_pulls_with_its_secrets(
    rocket: Cast, at_rocket: Client, zoho: ZohoFake
) -> None:
    zoho.put("Accounts", 1, Account_Name="Firm", Website="firm.example", Account_Type="Customer")
    secrets = {name: CLIENT[name] for name in ["client_secret", "refresh_token"]}
    answer = at_rocket.post(f"{BASE}add/", fields_of(zoho, **secrets))
    assert answer.status_code == 302
    connection = read(rocket)
    assert tasks.pull_connection(desk_id=rocket.desk.pk, connection_id=connection.pk) == "done"
    with desk_scope(rocket.desk):
        assert Account.objects.filter(name="Firm").exists()


def test_a_secret_is_neither_shown_nor_audited(
    rocket: Cast, at_rocket: Client, crm: CrmConnection
) -> None:
    sent = {"client_secret": "s3cret-new", "refresh_token": "1000.other"}
    page = f"{BASE}{crm.pk}/change/"
    wrong = at_rocket.post(page, {**fields_of_connection(crm), **sent, "mapping": "{"})
    assert wrong.status_code == 200
    assert at_rocket.post(page, fields_of_connection(crm) | sent).status_code == 302
    shown = at_rocket.get(page)
    with desk_scope(rocket.desk):
        entry = AuditEntry.objects.get()
    assert entry.detail["changes"]["client_secret"] == ["(hidden)", "(entered)"]
    for text in [wrong.content.decode(), shown.content.decode(), json.dumps(entry.detail)]:
        for secret in [*sent.values(), CLIENT["client_secret"], CLIENT["refresh_token"]]:
            assert secret not in text
    assert (read(rocket).client_secret, read(rocket).refresh_token) == ("s3cret-new", "1000.other")


def fields_of_connection(connection: CrmConnection) -> dict[str, Any]:
    shown = ["accounts_url", "api_url", "client_id", "notify_url"]
    return {name: getattr(connection, name) for name in shown} | {
        "mapping": json.dumps(connection.mapping)
    }


def test_a_new_mapping_restarts_the_connection_and_the_same_one_changes_nothing(
    rocket: Cast, at_rocket: Client, crm: CrmConnection, zoho: ZohoFake
) -> None:
    page = f"{BASE}{crm.pk}/change/"
    with desk_scope(rocket.desk):
        run = CrmPull.objects.create(desk=rocket.desk, connection=crm, started_at=NOON)
        CrmConnection.objects.update(state=ConnectionState.REFUSED)
    assert at_rocket.post(page, fields_of(zoho)).status_code == 302
    assert (read(rocket).since, read(rocket).state) == (NOON, "refused")
    fewer = MAPPING | {"Accounts": {"name": "Account_Name"}}
    assert at_rocket.post(page, fields_of(zoho, mapping=json.dumps(fewer))).status_code == 302
    connection = read(rocket)
    assert (connection.since, connection.state, connection.mapping) == (None, "active", fewer)
    with desk_scope(rocket.desk):
        run.refresh_from_db()
    assert (run.state, run.error) == ("failed", "connection_changed")


def test_a_paused_connection_stays_paused_when_other_fields_change(
    rocket: Cast, at_rocket: Client, crm: CrmConnection, zoho: ZohoFake, asked: list[dict[str, Any]]
) -> None:
    page = f"{BASE}{crm.pk}/change/"
    at_rocket.post(page, fields_of(zoho, client_id="1000.OTHER", is_paused="on"))
    assert read(rocket).state == "paused"
    answer = at_rocket.post(f"/rocket/admin/crm/{crm.pk}/pull/", follow=True)
    assert b"The connection is paused." in answer.content
    assert asked == []
    at_rocket.post(page, fields_of(zoho, client_id="1000.OTHER"))
    assert read(rocket).state == "active"


def test_a_new_notification_url_opens_a_new_channel(
    rocket: Cast, at_rocket: Client, crm: CrmConnection, zoho: ZohoFake
) -> None:
    at_rocket.post(
        f"{BASE}{crm.pk}/change/",
        fields_of(zoho, notify_url="https://desk.example/rocket/crm/zoho/"),
    )
    assert (read(rocket).channel_id, read(rocket).channel_until) == ("", None)


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("mapping", "{", "Enter a valid JSON."),
        ("mapping", '{"Accounts": {}}', "Accounts needs the field “name”."),
        ("api_url", "https://user@zoho.example", ""),
        ("client_id", "", "This field is required."),
    ],
)
def test_an_invalid_value_is_an_error_of_its_field(
    field: str,
    value: str,
    reason: str,
    rocket: Cast,
    at_rocket: Client,
    crm: CrmConnection,
    zoho: ZohoFake,
) -> None:
    given = {"client_secret": "entered", "refresh_token": "entered", field: value}
    answer = at_rocket.post(f"{BASE}{crm.pk}/change/", fields_of(zoho, **given))
    assert answer.status_code == 200
    errors = answer.context["adminform"].form.errors
    assert list(errors) == [field]
    assert reason in " ".join(errors[field])


@pytest.mark.parametrize("field", ["accounts_url", "api_url"])
def test_stored_secrets_are_not_sent_to_another_address(
    field: str, rocket: Cast, at_rocket: Client, crm: CrmConnection, zoho: ZohoFake
) -> None:
    moved = fields_of(zoho, **{field: "https://collector.example"})
    answer = at_rocket.post(f"{BASE}{crm.pk}/change/", moved)
    assert set(answer.context["adminform"].form.errors) == {"client_secret", "refresh_token"}
    assert getattr(read(rocket), field) == getattr(crm, field)


def test_a_connection_without_secrets_is_refused(
    rocket: Cast, at_rocket: Client, zoho: ZohoFake
) -> None:
    answer = at_rocket.post(f"{BASE}add/", fields_of(zoho))
    assert set(answer.context["adminform"].form.errors) == {"client_secret", "refresh_token"}


def test_pull_now_queues_the_task(
    rocket: Cast,
    at_rocket: Client,
    crm: CrmConnection,
    asked: list[dict[str, Any]],
    django_capture_on_commit_callbacks: Any,
) -> None:
    address = f"/rocket/admin/crm/{crm.pk}/pull/"
    assert at_rocket.get(address).status_code == 405
    with django_capture_on_commit_callbacks(execute=True):
        assert at_rocket.post(address).status_code == 302
    ids = {"desk_id": rocket.desk.pk, "connection_id": crm.pk}
    assert asked == [{"name": "accounts.tasks.pull_connection", **ids}]


def test_pull_now_waits_if_the_crm_asked_to(
    rocket: Cast, at_rocket: Client, crm: CrmConnection, asked: list[dict[str, Any]]
) -> None:
    with desk_scope(rocket.desk):
        later = timezone.now() + timedelta(minutes=30)
        CrmConnection.objects.update(next_try_at=later, **crm_error("TOO_MANY: slow"))
    answer = at_rocket.post(f"/rocket/admin/crm/{crm.pk}/pull/", follow=True)
    assert b"The CRM asked to wait until" in answer.content
    assert b": TOO_MANY: slow" in answer.content
    assert asked == []


def test_pull_now_restarts_a_refused_connection(
    rocket: Cast, at_rocket: Client, crm: CrmConnection
) -> None:
    with desk_scope(rocket.desk):
        CrmConnection.objects.update(state=ConnectionState.REFUSED, **crm_error("No."))
    at_rocket.post(f"/rocket/admin/crm/{crm.pk}/pull/")
    assert (read(rocket).state, read(rocket).since) == ("active", None)


def test_a_connection_of_another_desk_is_not_found(
    matter: Cast, at_rocket: Client, zoho: ZohoFake
) -> None:
    with desk_scope(matter.desk):
        foreign = connect(matter, zoho)
    assert at_rocket.post(f"/rocket/admin/crm/{foreign.pk}/pull/").status_code == 404


def test_a_pull_and_its_skipped_records_are_shown(
    rocket: Cast, at_rocket: Client, crm: CrmConnection
) -> None:
    with desk_scope(rocket.desk):
        line = {
            "module": "Accounts",
            "record": "1",
            "name": "Firm <b>",
            "what": "changed",
            "fields": "plan",
        }
        run = CrmPull.objects.create(
            desk=rocket.desk, connection=crm, started_at=NOON, report=[line]
        )
        CrmSetAside.objects.create(
            desk=rocket.desk,
            connection=crm,
            pull=run,
            module="Accounts",
            record_id="7",
            name="Rival",
            reason="domain_taken",
            reason_data={"domain": "rival.example", "account": "Firm <b>"},
            first_at=NOON,
        )
    page = at_rocket.get(f"/rocket/admin/accounts/crmpull/{run.pk}/change/").content.decode()
    assert "Firm &lt;b&gt;" in page
    listed = at_rocket.get(
        "/rocket/admin/accounts/crmsetaside/", {"pull__id__exact": run.pk}
    ).content
    assert b"The domain rival.example already belongs to Firm &lt;b&gt;." in listed


def test_each_admin_reads_the_reasons_in_their_language(
    rocket: Cast, at_rocket: Client, crm: CrmConnection
) -> None:
    """A pull stores codes: neither its own language nor that of another reader shows."""
    with desk_scope(rocket.desk), translation.override("pt-br"):
        refused = Problem(CrmReason.CREDENTIALS_REJECTED, {"error": "invalid_client <i>"})
        run = CrmPull(desk=rocket.desk, connection=crm, started_at=NOON)
        for row in (crm, run):
            row.set_error(refused)
            row.save()
        of_pull = {"desk": rocket.desk, "connection": crm, "pull": run, "first_at": NOON}
        row = {"module": "Accounts", "record_id": "7", "name": "Rival", "reason": "no_name"}
        skipped = CrmSetAside.objects.create(**of_pull, **row)
        User.objects.filter(pk=rocket.admin.user_id).update(language="de")
    records = "/rocket/admin/accounts/"
    told = "Zoho hat die Zugangsdaten abgelehnt: invalid_client &lt;i&gt;."
    for page, text in [
        (f"{BASE}{crm.pk}/change/", told),
        (f"{records}crmpull/", told),
        (f"{records}crmpull/{run.pk}/change/", told),
        (f"{records}crmsetaside/", "Der Datensatz hat keinen Namen."),
        (f"{records}crmsetaside/{skipped.pk}/change/", "Der Datensatz hat keinen Namen."),
    ]:
        assert text in at_rocket.get(page).content.decode(), page


def test_a_reason_of_a_newer_version_fails_no_page(
    rocket: Cast, at_rocket: Client, crm: CrmConnection
) -> None:
    with desk_scope(rocket.desk):
        CrmConnection.objects.update(error="of_tomorrow", error_data={"error": ["x", {}]})
    page = at_rocket.get(f"{BASE}{crm.pk}/change/")
    assert page.status_code == 200
    assert b"of_tomorrow" in page.content


def test_deleting_a_connection_deletes_its_pulls_and_keeps_customers(
    rocket: Cast, at_rocket: Client, crm: CrmConnection
) -> None:
    with desk_scope(rocket.desk):
        CrmPull.objects.create(desk=rocket.desk, connection=crm, started_at=NOON)
        before = Account.objects.count()
    assert at_rocket.post(f"{BASE}{crm.pk}/delete/", {"post": "yes"}).status_code == 302
    with desk_scope(rocket.desk):
        assert not CrmPull.objects.exists()
        assert Account.objects.count() == before
