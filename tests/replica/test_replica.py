"""Exports and reports from a streaming replica, behind the same wall (docs/scale.md)."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client
from structlog.testing import capture_logs

from accounts.database import replica as replicas
from accounts.database.replica import REPLICA, reading_from_replica
from accounts.import_export.tables import export_csv
from accounts.models import Account, AuditEntry
from accounts.tenancy import desk_scope, no_desk_scope, system_scope
from helpdesk.desks.export import export_desk
from helpdesk.privacy.export import export_agent, export_person
from tests.cast import NOON, Cast
from tests.replica.conftest import Standby, configured
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch, replica: Standby) -> dict[str, list[str]]:
    """The statements that each database runs."""
    seen: dict[str, list[str]] = {alias: [] for alias in ("default", REPLICA)}
    for alias, found in seen.items():

        def note(execute: Any, sql: Any, *given: Any, found: list[str] = found) -> Any:
            found.append(str(sql))
            return execute(sql, *given)

        monkeypatch.setattr(connections[alias], "execute_wrappers", [note])
    return seen


def read_from(statements: dict[str, list[str]], table: str) -> set[str]:
    """Return the databases that a table was read from."""
    return {
        alias for alias, found in statements.items() for sql in found if f'FROM "{table}"' in sql
    }


def test_a_desk_is_exported_from_the_replica_with_all_that_was_there_before(
    rocket: Cast, matter: Cast, statements: dict[str, list[str]]
) -> None:
    with desk_scope(rocket.desk):
        mine = rocket.open_ticket(subject="Just opened")
    with desk_scope(matter.desk):
        matter.open_ticket(subject="Of another desk")
    file = io.BytesIO()
    statements["default"].clear()
    export_desk(desk=rocket.desk, to=file, at=NOON)
    with zipfile.ZipFile(file) as archive:
        rows = archive.read("rows/tickets.Ticket.jsonl").decode().splitlines()
    assert [json.loads(row)["subject"] for row in rows] == [mine.subject]
    assert read_from(statements, "tickets_ticket") == {REPLICA}
    assert any("REPEATABLE READ" in sql for sql in statements[REPLICA])
    with desk_scope(rocket.desk):
        assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize("kind", ["accounts", "domains", "contacts"])
def test_a_csv_comes_from_the_replica(
    rocket: Cast, matter: Cast, statements: dict[str, list[str]], kind: str
) -> None:
    with desk_scope(rocket.desk):
        text = export_csv(desk=rocket.desk, kind=kind)
        assert text.count("\n") >= 2
        assert "globex" not in text.lower()
    assert read_from(
        statements, {"domains": "accounts_accountdomain"}.get(kind, f"accounts_{kind[:-1]}")
    ) == {REPLICA}


def test_people_are_exported_from_the_replica_and_audited_on_the_primary(
    rocket: Cast, statements: dict[str, list[str]]
) -> None:
    with desk_scope(rocket.desk):
        rocket.open_ticket()
    statements["default"].clear()
    export_person(desk=rocket.desk, contact=rocket.customer, to=io.BytesIO(), at=NOON)
    export_agent(desk=rocket.desk, agent=rocket.analyst, to=io.BytesIO(), at=NOON)
    assert read_from(statements, "tickets_ticket") == {REPLICA}
    assert read_from(statements, "tickets_note") == {REPLICA}
    with desk_scope(rocket.desk):
        assert AuditEntry.objects.count() == 2


def test_the_wall_stands_on_the_replica_too(rocket: Cast, matter: Cast, replica: Standby) -> None:
    """Role and desk change with the scope while the replica's connection stays open."""

    def list_seen() -> set[str]:
        return set(Account.objects.values_list("desk__slug", flat=True))

    with reading_from_replica("test") as alias:
        assert alias == REPLICA
        assert list_seen() == set()
        with desk_scope(rocket.desk):
            assert list_seen() == {"rocket"}
            with desk_scope(matter.desk):
                assert list_seen() == {"matter"}
            with no_desk_scope():
                assert list_seen() == set()
            with system_scope("test"):
                assert list_seen() == {"rocket", "matter"}
            assert list_seen() == {"rocket"}
        assert list_seen() == set()
    assert connections[REPLICA].connection is None


def test_nothing_is_written_there(rocket: Cast, replica: Standby) -> None:
    with reading_from_replica("test"), desk_scope(rocket.desk):
        account = Account.objects.get(pk=rocket.account.pk)
        account.name = "Renamed"
        account.save()
        with pytest.raises(DatabaseError), connections[REPLICA].cursor() as cursor:
            cursor.execute("UPDATE accounts_account SET name = 'No'")
    with desk_scope(rocket.desk):
        assert Account.objects.get(pk=rocket.account.pk).name == "Renamed"


def test_a_lagging_replica_is_skipped_and_logged(
    rocket: Cast, replica: Standby, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replicas, "MAX_CATCH_UP", 0.2)
    with replica.paused():
        with desk_scope(rocket.desk):
            ticket = rocket.open_ticket()
        with capture_logs() as logs, desk_scope(rocket.desk), reading_from_replica("test") as alias:
            assert list(Ticket.objects.values_list("pk", flat=True)) == [ticket.pk]
    assert alias == "default"
    assert [line["event"] for line in logs] == ["replica_lags"]


def test_an_unavailable_replica_is_skipped_and_logged(
    rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = configured({"HOST": "127.0.0.1", "PORT": "1"}, monkeypatch)
    in_desk = desk_scope(rocket.desk)
    with away, capture_logs() as logs, in_desk, reading_from_replica("test") as alias:
        assert Account.objects.exists()
    assert alias == "default"
    assert [line["event"] for line in logs] == ["replica_unavailable"]


def test_in_a_transaction_the_primary_is_read(rocket: Cast, replica: Standby) -> None:
    with transaction.atomic(), desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
        with reading_from_replica("test") as alias:
            assert Ticket.objects.filter(pk=ticket.pk).exists()
    assert alias == "default"


def test_pages_never_read_from_it(
    rocket: Cast, ticket_page: str, statements: dict[str, list[str]]
) -> None:
    client = Client()
    client.force_login(rocket.analyst.user)
    assert client.get(ticket_page).status_code == 200
    assert statements[REPLICA] == []


@pytest.fixture
def ticket_page(rocket: Cast) -> str:
    with desk_scope(rocket.desk):
        return f"/rocket/agent/tickets/{rocket.open_ticket().number}/"


def test_without_a_replica_nothing_is_checked(rocket: Cast) -> None:
    assert REPLICA not in connections.settings
    with reading_from_replica("test") as alias, desk_scope(rocket.desk):
        assert alias == "default"
        assert Account.objects.exists()
    assert connection.alias == "default"
