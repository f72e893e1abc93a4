"""Completed deliveries move to monthly partitions, which are dropped when they are old."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import ProgrammingError, connection, transaction

from accounts.tenancy import owner_scope
from tests.cast import NOON, Cast
from tickets.deliveries import deliver_due
from tickets.deliveries.archive import keep_archive
from tickets.models import DoneDelivery, EventDelivery

KEPT = timedelta(days=90)
FAR = datetime(2031, 5, 7, tzinfo=UTC)  # no migration makes its partition


def read_partitions() -> dict[str, int]:
    """Return how many rows each partition holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tableoid::regclass::text, count(*) FROM tickets_donedelivery GROUP BY 1"
        )
        return dict(cursor.fetchall())


def add(cast: Cast, number: int, done_at: datetime) -> None:
    DoneDelivery.objects.create(
        desk=cast.desk, id=number, event_id=number, follower="mail", attempts=1, done_at=done_at
    )


def test_a_delivery_that_is_made_moves_to_the_archive(in_rocket: Cast) -> None:
    in_rocket.open_ticket()
    due = set(EventDelivery.objects.values_list("pk", "event_id", "follower"))
    assert deliver_due(desk_id=in_rocket.desk.pk, at=NOON) == len(due) > 0
    assert not EventDelivery.objects.exists()
    assert set(DoneDelivery.objects.values_list("pk", "event_id", "follower")) == due
    assert set(DoneDelivery.objects.values_list("attempts", "done_at")) == {(1, NOON)}


def test_the_months_ahead_get_partitions_and_rows_without_one_are_not_lost(in_rocket: Cast) -> None:
    add(in_rocket, 1, FAR)
    assert read_partitions() == {"tickets_donedelivery_default": 1}
    made, _dropped = keep_archive(kept=KEPT, at=FAR)
    assert made == [f"tickets_donedelivery_2031_{month:02}" for month in (5, 6, 7, 8)]
    assert read_partitions() == {"tickets_donedelivery_2031_05": 1}
    assert keep_archive(kept=KEPT, at=FAR) == ([], [])


def test_whole_months_are_dropped_once_their_last_day_is_old_enough(in_rocket: Cast) -> None:
    keep_archive(kept=KEPT, at=FAR)
    add(in_rocket, 1, FAR)
    add(in_rocket, 2, FAR.replace(month=6))
    add(in_rocket, 3, FAR.replace(year=2030))  # in the default partition
    keep_archive(kept=KEPT, at=FAR.replace(month=8, day=29))
    assert set(DoneDelivery.objects.values_list("pk", flat=True)) == {1, 2}
    _made, dropped = keep_archive(kept=KEPT, at=FAR.replace(month=8, day=31))
    assert dropped == ["tickets_donedelivery_2031_05"]
    assert set(DoneDelivery.objects.values_list("pk", flat=True)) == {2}


@pytest.mark.django_db
def test_no_partition_can_be_reached_around_the_row_level_security(in_rocket: Cast) -> None:
    keep_archive(kept=KEPT, at=FAR)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits"
            " WHERE inhparent = 'tickets_donedelivery'::regclass"
        )
        partitions = [name for (name,) in cursor.fetchall()]
    assert len(partitions) > 4
    for name in partitions:
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"SELECT 1 FROM {name}")
    with owner_scope(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tickets_donedelivery")  # no policy is for the owner
        assert cursor.fetchone() == (0,)
