"""A program that reads changes by “updated_since” misses none, however late it was committed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from accounts.database import settled
from accounts.tenancy import DESK_SETTING, desk_scope
from tests.cast import Cast
from tickets.models import QueueRow, Ticket

LIST = "/rocket/api/v1/tickets/"
CHANGE = "UPDATE tickets_ticket SET updated_at = %s WHERE id = %s"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_margin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the running transactions alone decide, in a process that has just started."""
    monkeypatch.setattr(settled, "MARGIN", timedelta(0))
    settled._marks.clear()


def find(client: Any, since: str) -> list[int]:
    page = client.get(LIST, {"updated_since": since}).json()
    return [one["number"] for one in page["results"]]


def test_a_change_that_is_committed_late_is_not_passed(rocket: Cast, sign_in: Any) -> None:
    client, now = sign_in(rocket.analyst.user), timezone.now()
    with desk_scope(rocket.desk):
        first, early, late = (rocket.open_ticket(at=now - timedelta(hours=1)) for _ in range(3))
        Ticket.objects.filter(pk=first.pk).update(updated_at=now - timedelta(minutes=1))
    since = (now - timedelta(minutes=30)).isoformat()
    assert find(client, since) == [first.number]
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("SELECT set_config(%s, %s, true)", [DESK_SETTING, str(rocket.desk.pk)])
        assert other.execute(CHANGE, [timezone.now(), late.pk]).rowcount == 1
        with desk_scope(rocket.desk):
            Ticket.objects.filter(pk=early.pk).update(updated_at=timezone.now())
        assert find(client, since) == [first.number]  # "early" comes after what isn't visible yet
    assert find(client, since) == [first.number, late.number, early.number]
    with desk_scope(rocket.desk):
        assert QueueRow.objects.count() == 3


def test_a_process_that_knows_no_settled_time_returns_nothing_yet(
    rocket: Cast, sign_in: Any
) -> None:
    client, now = sign_in(rocket.analyst.user), timezone.now()
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket(at=now - timedelta(minutes=1))
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("SELECT pg_current_xact_id()")
        assert find(client, (now - timedelta(minutes=30)).isoformat()) == []
    assert find(client, (now - timedelta(minutes=30)).isoformat()) == [ticket.number]
