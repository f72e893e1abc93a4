"""After a test that commits, the next one finds empty tables and a connection as before."""

from __future__ import annotations

import pytest
from django.db import connection

from accounts.tenancy import desk_scope, owner_scope
from tests import databases
from tests.cast import Cast
from tests.databases import FIND_FILLED, KEPT, empty_tables

pytestmark = pytest.mark.django_db(transaction=True)


def list_filled() -> set[str]:
    """Return the tables that hold a row, as seen without row-level security."""
    with owner_scope(), connection.cursor() as cursor:
        cursor.execute(FIND_FILLED, [connection.introspection.django_table_names()])
        found = {name: is_walled for name, is_walled, _ in cursor.fetchall()}
        filled = set()
        for name, is_walled in found.items():
            cursor.execute(f"SET ROLE {'plumbline_system' if is_walled else 'NONE'}")
            cursor.execute(f'SELECT EXISTS (SELECT FROM "{name}")')
            filled |= {name} if cursor.fetchone()[0] else set()
    return filled


@pytest.mark.parametrize("max_bytes", [databases.MAX_DELETED_BYTES, 0])
def test_no_row_stays(
    max_bytes: int, rocket: Cast, matter: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "MAX_DELETED_BYTES", max_bytes)
    for cast in (rocket, matter):
        with desk_scope(cast.desk):
            cast.open_ticket()
    assert {"accounts_desk", "accounts_user", "tickets_ticket", "tickets_ticketevent"} < (
        list_filled()
    )
    empty_tables()
    assert list_filled() == KEPT
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_setting('session_replication_role')")
        assert cursor.fetchone() == ("plumbline_app", "origin")
