"""Deadlines of running clocks: rows that are deleted when clocks are marked (P9)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection

from accounts.tenancy import desk_scope, system_scope
from sla.models import Clock, Deadline
from sla.sweeps import list_clocks_to_warn, list_due_clocks, mark_breached, warn_of_due
from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.services import change_priority, close, reopen, reply

LATER = NOON + timedelta(days=30)
STATISTICS = """
SELECT pg_stat_get_xact_tuples_updated('sla_clock'::regclass),
  pg_stat_get_xact_tuples_hot_updated('sla_clock'::regclass)
"""


def list_deadlines() -> list[tuple[datetime | None, datetime]]:
    return list(Deadline.objects.values_list("warn_at", "due_at"))


@pytest.fixture
def clock(in_rocket: Cast) -> Clock:
    return Clock.objects.get(ticket=in_rocket.open_ticket())


def test_a_started_clock_has_both_its_deadlines(clock: Clock) -> None:
    assert list_deadlines() == [(clock.warn_at, clock.due_at)]


def test_a_ticket_without_a_promise_has_none(in_rocket: Cast) -> None:
    in_rocket.open_ticket(contact=in_rocket.stranger)
    assert list_deadlines() == []


def test_after_the_warning_only_the_breach_is_left(in_rocket: Cast, clock: Clock) -> None:
    assert warn_of_due(desk_id=in_rocket.desk.pk, at=clock.warn_at) == 1
    assert list_deadlines() == [(None, clock.due_at)]
    assert not list_clocks_to_warn(LATER).exists()
    assert [each.clock for each in list_due_clocks(clock.due_at)] == [clock]


def delete(clock: Clock) -> None:
    with system_scope("delete a clock with its entries"):
        clock.delete()


ENDS: dict[str, Callable[[Cast, Clock], object]] = {
    "reply": lambda cast, clock: reply(
        ticket_id=clock.ticket_id, agent=cast.analyst, text="Hello", at=NOON
    ),
    "close": lambda cast, clock: close(
        ticket_id=clock.ticket_id, by=Actor.of(cast.analyst), at=NOON
    ),
    "breach": lambda cast, clock: mark_breached(desk_id=cast.desk.pk, at=clock.due_at),
    "update of many": lambda cast, clock: Clock.objects.update(stopped_at=NOON),
    "deletion": lambda cast, clock: delete(clock),
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_a_clock_that_ended_has_no_deadline(
    in_rocket: Cast, clock: Clock, end: Callable[[Cast, Clock], object]
) -> None:
    end(in_rocket, clock)
    assert list_deadlines() == []
    assert not list_due_clocks(LATER).exists()


def test_a_reopened_ticket_has_a_new_one(in_rocket: Cast, clock: Clock) -> None:
    by = Actor.of(in_rocket.analyst)
    close(ticket_id=clock.ticket_id, by=by, at=NOON)
    reopen(ticket_id=clock.ticket_id, by=by, at=NOON + timedelta(hours=1))
    clock.refresh_from_db()
    assert list_deadlines() == [(clock.warn_at, clock.due_at)]


def test_another_priority_moves_it(in_rocket: Cast, clock: Clock) -> None:
    warn_of_due(desk_id=in_rocket.desk.pk, at=clock.warn_at)
    change_priority(
        ticket_id=clock.ticket_id,
        priority=in_rocket.priorities["High"],
        by=Actor.of(in_rocket.analyst),
        at=NOON,
    )
    clock.refresh_from_db()
    assert list_deadlines() == [(clock.warn_at, clock.due_at)]


def test_another_desk_sees_no_deadlines(clock: Clock, matter: Cast) -> None:
    with desk_scope(matter.desk):
        assert list_deadlines() == []


def count_updates() -> tuple[int, int]:
    """Return how many clocks this transaction has updated, and how many of them in place."""
    with connection.cursor() as cursor:
        cursor.execute(STATISTICS)
        [(updated, in_place)] = cursor.fetchall()
    return updated, in_place


def test_updates_of_clocks_are_hot(in_rocket: Cast) -> None:
    """P17: no index of the clock is on a column that changes."""
    clocks = [Clock.objects.get(ticket=in_rocket.open_ticket()) for _ in range(4)]
    before = count_updates()
    warn_of_due(desk_id=in_rocket.desk.pk, at=clocks[0].warn_at)
    reply(ticket_id=clocks[0].ticket_id, agent=in_rocket.analyst, text="Hello", at=NOON)
    mark_breached(desk_id=in_rocket.desk.pk, at=clocks[0].due_at)
    updated, in_place = (
        after - start for after, start in zip(count_updates(), before, strict=True)
    )
    assert updated == in_place == 4 + 1 + 3
