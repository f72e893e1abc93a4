"""Hours in which a ladder would page nobody are told to leads days before."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from routing.staff.duty import list_gaps
from sla.ladders.gaps import find_gaps, warn_of_gaps
from sla.models import Ladder
from tests.cast import NOON, Cast
from tests.ladders.helpers import add_ladder
from tests.staff import add_absence, add_turn, make_rota
from tickets.models import Notification
from tickets.notifications import describe_notification

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
    assert find_gaps(desk.desk, NOON) == [(NOON + 2 * DAY, NOON + 3 * DAY, "")]


def test_an_absence_during_a_turn_is_a_gap_unless_another_is_on_call(desk: Cast) -> None:
    rota = make_rota(desk, desk.colleague)
    add_turn(rota, desk.colleague, NOON - DAY, days=30)
    add_absence(desk.colleague, NOON + DAY)
    assert list_gaps(desk.desk, NOON, NOON + 7 * DAY) == [(NOON + DAY, NOON + 2 * DAY, "")]
    add_turn(make_rota(desk, desk.analyst, level="l1"), desk.analyst, NOON, days=30)
    assert find_gaps(desk.desk, NOON) == []


def test_leads_are_warned_of_each_gap_once(desk: Cast) -> None:
    rota = make_rota(desk, desk.colleague)
    add_turn(rota, desk.colleague, NOON - DAY, days=3)
    add_turn(rota, desk.colleague, NOON + 3 * DAY, days=30)
    for hours in (0, 1, 60):  # the last one within the gap
        warn_of_gaps(desk_id=desk.desk.pk, at=NOON + timedelta(hours=hours))
    assert [data["end_at"] for data in list_told(desk)] == [(NOON + 3 * DAY).isoformat()]


def test_each_level_with_a_rota_of_its_own_is_checked(desk: Cast) -> None:
    nights = make_rota(desk, desk.analyst, level="l1")
    add_turn(nights, desk.analyst, NOON - DAY, days=30)
    second = make_rota(desk, desk.level_two, level="l2")
    add_turn(second, desk.level_two, NOON, days=2)
    assert find_gaps(desk.desk, NOON) == [(NOON + 2 * DAY, NOON + 7 * DAY, "l2")]
    add_turn(make_rota(desk, desk.colleague), desk.colleague, NOON + 2 * DAY, days=4)  # of all
    assert find_gaps(desk.desk, NOON) == [(NOON + 6 * DAY, NOON + 7 * DAY, "l2")]


def test_a_rota_of_another_level_leaves_level_1_without_anyone(desk: Cast) -> None:
    add_turn(make_rota(desk, desk.level_two, level="l2"), desk.level_two, NOON, days=30)
    assert find_gaps(desk.desk, NOON) == [(NOON, NOON + 7 * DAY, "l1")]


def test_the_warning_names_the_level_and_counts_for_each(desk: Cast) -> None:
    for level, days in (("l1", 2), ("l2", 3)):
        add_turn(make_rota(desk, desk.colleague, level=level), desk.colleague, NOON, days=days)
    for _run in range(2):
        warn_of_gaps(desk_id=desk.desk.pk, at=NOON)
    told = Notification.objects.filter(agent=desk.lead, kind="on_call.level_gap").order_by("pk")
    sentences = [describe_notification(one) for one in told]
    assert len(sentences) == 2
    assert sentences[0].startswith("Nobody is on call for Level 1 from ")
    assert sentences[1].startswith("Nobody is on call for Level 2 from ")


def test_the_number_of_queries_does_not_grow_with_the_turns(
    desk: Cast, django_assert_num_queries: Any
) -> None:
    rota = make_rota(desk, desk.colleague)
    for day in range(7):
        add_turn(rota, desk.colleague, NOON + day * DAY, days=1)
    with django_assert_num_queries(3):
        assert list_gaps(desk.desk, NOON, NOON + 7 * DAY) == []


def test_a_desk_whose_ladders_page_nobody_is_not_warned(desk: Cast) -> None:
    Ladder.objects.update(is_active=False)
    warn_of_gaps(desk_id=desk.desk.pk, at=NOON)
    assert list_told(desk) == []
