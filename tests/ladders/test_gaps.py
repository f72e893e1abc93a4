"""Hours in which a ladder would page nobody are told to leads days before."""

from __future__ import annotations

from datetime import timedelta

import pytest

from routing.staff.duty import list_gaps
from sla.ladders.gaps import find_gaps, warn_of_gaps
from sla.models import Ladder
from tests.cast import NOON, Cast
from tests.ladders.helpers import add_ladder
from tests.staff import add_absence, add_turn, make_rota
from tickets.models import Notification

DAY = timedelta(days=1)


@pytest.fixture
def desk(in_rocket: Cast) -> Cast:
    add_ladder(in_rocket)
    return in_rocket


def list_told(cast: Cast) -> list[dict[str, str]]:
    told = Notification.objects.filter(agent=cast.lead, kind="on_call.gap").order_by("pk")
    return [one.data for one in told]


def test_the_time_between_two_turns_is_a_gap(desk: Cast) -> None:
    rota = make_rota(desk, desk.colleague)
    add_turn(rota, desk.colleague, NOON - DAY, days=3)
    add_turn(rota, desk.colleague, NOON + 3 * DAY, days=30)
    assert find_gaps(desk.desk, NOON) == [(NOON + 2 * DAY, NOON + 3 * DAY)]


def test_an_absence_during_a_turn_is_a_gap_unless_another_is_on_call(desk: Cast) -> None:
    rota = make_rota(desk, desk.colleague)
    add_turn(rota, desk.colleague, NOON - DAY, days=30)
    add_absence(desk.colleague, NOON + DAY)
    assert list_gaps(desk.desk, NOON, NOON + 7 * DAY) == [(NOON + DAY, NOON + 2 * DAY)]
    add_turn(make_rota(desk, desk.analyst, level="l1"), desk.analyst, NOON, days=30)
    assert find_gaps(desk.desk, NOON) == []


def test_leads_are_warned_of_each_gap_once(desk: Cast) -> None:
    rota = make_rota(desk, desk.colleague)
    add_turn(rota, desk.colleague, NOON - DAY, days=3)
    add_turn(rota, desk.colleague, NOON + 3 * DAY, days=30)
    for hours in (0, 1, 60):  # the last one within the gap
        warn_of_gaps(desk_id=desk.desk.pk, at=NOON + timedelta(hours=hours))
    assert [data["end_at"] for data in list_told(desk)] == [(NOON + 3 * DAY).isoformat()]


def test_a_desk_whose_ladders_page_nobody_is_not_warned(desk: Cast) -> None:
    Ladder.objects.update(is_active=False)
    warn_of_gaps(desk_id=desk.desk.pk, at=NOON)
    assert list_told(desk) == []
