"""Warnings at the points that a desk chooses: each is sent once, even after an outage."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.tenancy import desk_scope
from sla.models import ClockKind, Deadline
from sla.sweeps import list_clocks_to_warn, mark_breached, warn_of_due
from tests.cast import NOON, Cast
from tests.clocks import get_clock, list_entries, list_entry_kinds
from tickets.actors import Actor
from tickets.events import EventKind
from tickets.models import Ticket
from tickets.services import change_priority

HOUR = timedelta(hours=1)
FIRST = ClockKind.FIRST_RESPONSE


@pytest.fixture
def desk(in_rocket: Cast) -> Cast:
    in_rocket.desk.warn_points = [90, 50, 75]
    in_rocket.desk.save()
    in_rocket.desk.refresh_from_db()
    return in_rocket


def list_points(ticket: Ticket) -> list[int]:
    """Return the percents that agents were warned of, in order."""
    warned = ticket.events.filter(kind=EventKind.SLA_WARNED).order_by("pk")
    return [event.data["point"] for event in warned]


def warn(cast: Cast, hours: float) -> int:
    return warn_of_due(desk_id=cast.desk.pk, at=NOON + hours * HOUR)


def test_each_point_warns_once(desk: Cast) -> None:
    ticket = desk.open_ticket()  # 8 hours: 50 % at 4, 75 % at 6, 90 % at 7.2
    assert [warn(desk, hours) for hours in (3.9, 4, 5, 6, 6.1, 7.2, 7.9)] == [0, 1, 0, 1, 0, 1, 0]
    assert list_points(ticket) == [50, 75, 90]
    assert get_clock(ticket).warn_at is None
    assert [entry.data["point"] for entry in list_entries(ticket)[1:]] == [50, 75, 90]


def test_after_an_outage_one_warning_stands_for_all_that_passed(desk: Cast) -> None:
    ticket = desk.open_ticket()
    assert [warn(desk, hours) for hours in (7, 7.1)] == [1, 0]
    assert list_points(ticket) == [75]
    assert get_clock(ticket).warned == 2
    assert warn(desk, 7.5) == 1
    assert list_points(ticket) == [75, 90]


def test_a_desk_without_points_is_not_warned_but_breaches_are_marked(desk: Cast) -> None:
    desk.desk.warn_points = []
    desk.desk.save()
    ticket = desk.open_ticket()
    assert warn(desk, 7.9) == 0
    assert Deadline.objects.get().warn_at is None
    assert mark_breached(desk_id=desk.desk.pk, at=NOON + 8 * HOUR) == 1
    assert list_entry_kinds(ticket, FIRST) == ["started", "breached"]


def test_a_breached_clock_warns_no_more(desk: Cast) -> None:
    desk.open_ticket()
    mark_breached(desk_id=desk.desk.pk, at=NOON + 9 * HOUR)
    assert not list_clocks_to_warn(NOON + 99 * HOUR).exists()


def test_a_rescheduled_clock_warns_of_its_new_points(desk: Cast) -> None:
    desk.priorities["High"].targets.update(amount=10 * 60)
    ticket, by = desk.open_ticket(), Actor.of(desk.analyst)
    warn(desk, 4)
    change_priority(
        ticket_id=ticket.pk, priority=desk.priorities["High"], by=by, at=NOON + 4 * HOUR
    )
    assert [warn(desk, hours) for hours in (4.5, 5)] == [0, 1]
    assert list_points(ticket) == [50, 50]


def test_a_deadline_that_moved_while_a_sweep_looked_is_left_alone(desk: Cast) -> None:
    """The sweep reads deadlines before it locks clocks; their times are checked again."""
    ticket = desk.open_ticket()
    Deadline.objects.update(due_at=NOON, warn_at=NOON)  # as of before another change
    assert (warn(desk, 1), mark_breached(desk_id=desk.desk.pk, at=NOON + HOUR)) == (0, 0)
    assert list_entry_kinds(ticket, FIRST) == ["started"]


def test_each_desk_has_its_own_points(desk: Cast, matter: Cast) -> None:
    with desk_scope(matter.desk):
        theirs = matter.open_ticket()
        assert get_clock(theirs).warn_points == [75]
        assert warn(matter, 5) == 0
    assert get_clock(desk.open_ticket()).warn_points == [50, 75, 90]
    assert warn(desk, 5) == 1
