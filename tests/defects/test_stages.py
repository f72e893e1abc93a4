"""Moves between stages, and which update a customer gets about one."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tickets.defects.stages import (
    PATH,
    Direction,
    find_direction,
    find_stage_for_line,
    list_next_stages,
)
from tickets.models import Stage


def test_every_stage_but_duplicate_leads_to_all_others_but_duplicate() -> None:
    assert list_next_stages(Stage.DUPLICATE) == []
    for stage in set(Stage) - {Stage.DUPLICATE}:
        assert set(list_next_stages(stage)) == set(Stage) - {stage, Stage.DUPLICATE}


def test_each_step_to_the_fix_is_forward_and_each_step_away_from_it_back() -> None:
    for before, after in pairwise(PATH):
        assert find_direction(before, after) == Direction.FORWARD
        assert find_direction(after, before) == Direction.BACK


@pytest.mark.parametrize(
    ("told", "stage", "direction"),
    [
        (None, Stage.REPORTED, Direction.FORWARD),
        (None, Stage.WONT_FIX, Direction.FORWARD),
        (Stage.REPORTED, Stage.RELEASED, Direction.FORWARD),
        (Stage.REPORTED, Stage.NOT_A_DEFECT, Direction.FORWARD),
        (Stage.NOT_A_DEFECT, Stage.CONFIRMED, Direction.BACK),
        (Stage.WONT_FIX, Stage.WONT_FIX, None),
        (Stage.TESTED, Stage.TESTED, None),
    ],
)
def test_the_direction_is_seen_from_what_the_customer_was_told(
    told: Stage | None, stage: Stage, direction: Direction | None
) -> None:
    assert find_direction(told, stage) == direction


@pytest.mark.parametrize(
    ("line_id", "released", "seen"),
    [
        (1, [1], Stage.RELEASED),
        (1, [2], Stage.TESTED),
        (1, [2, None], Stage.RELEASED),
        (None, [2], Stage.RELEASED),
        (1, [], Stage.RELEASED),
    ],
)
def test_a_line_without_the_fix_sees_it_as_tested(
    line_id: int | None, released: list[int | None], seen: Stage
) -> None:
    found = find_stage_for_line(Stage.RELEASED, line_id=line_id, released_lines=released)
    assert found == seen
    before = find_stage_for_line(Stage.PLANNED, line_id=line_id, released_lines=released)
    assert before == Stage.PLANNED
