"""The data migration of queue rows that were made before their trigger knew all columns."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.db import connection
from django.utils import timezone

from accounts.tenancy import desk_scope, owner_scope
from tests.cast import Cast
from tests.tickets.test_queue_rows import read_row
from tickets.models import QueueRow, Ticket

pytestmark = pytest.mark.django_db(transaction=True)

migration = import_module("tickets.migrations.0026_late_columns_of_queue_rows")


def run_migration() -> None:
    with owner_scope(), connection.cursor() as cursor:
        for statement in migration.STATEMENTS:
            cursor.execute(statement)


def test_rows_of_all_desks_get_what_their_tickets_have(rocket: Cast, matter: Cast) -> None:
    tickets = []
    for cast in (rocket, matter):
        with desk_scope(cast.desk):
            ticket = cast.open_ticket()
            Ticket.objects.filter(pk=ticket.pk).update(
                status="closed",
                close_reason="silence",
                closed_at=timezone.now(),
                unanswered_since=None,
                fields={"serial": "1"},
            )
            # As the columns were added for rows that the first trigger had made.
            QueueRow.objects.update(
                close_reason="", closed_at=None, has_details=False, product_id=None
            )
            tickets.append((cast, ticket))
    run_migration()
    for cast, ticket in tickets:
        with desk_scope(cast.desk):
            row = read_row(ticket.pk)
            assert (row.close_reason, row.has_details) == ("silence", True)


def test_right_rows_are_left_alone_in_batches(
    rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = "SELECT ticket_id, xmin::text FROM tickets_queuerow ORDER BY ticket_id"
    smaller = migration.MEND.replace(f"LIMIT {migration.BATCH}", "LIMIT 2")
    assert smaller != migration.MEND
    monkeypatch.setattr(
        migration, "STATEMENTS", [migration.STATEMENTS[0], smaller, migration.STATEMENTS[2]]
    )
    with desk_scope(rocket.desk):
        made = [rocket.open_ticket() for _ in range(5)]
        QueueRow.objects.filter(pk=made[4].pk).update(has_details=True)
        with connection.cursor() as cursor:
            cursor.execute(version)
            before = dict(cursor.fetchall())
    run_migration()
    with desk_scope(rocket.desk), connection.cursor() as cursor:
        cursor.execute(version)
        after = dict(cursor.fetchall())
        assert [pk for pk in before if before[pk] != after[pk]] == [made[4].pk]
        read_row(made[4].pk)
