"""Times of a ladder's steps: before and after the deadline, or since the step before."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sla.ladders.schedule import (
    StepTerms,
    Turn,
    find_first,
    find_next,
    find_turn,
    list_turns,
    plan_round,
    skip_passed,
)
from sla.models import Trigger
from tests.cast import NOON

MINUTE = timedelta(minutes=1)
REPEAT = timedelta(minutes=30)
STEPS = (
    StepTerms(Trigger.BEFORE, 30, "assignee"),
    StepTerms(Trigger.AFTER, 0, "channel"),
    StepTerms(Trigger.AFTER, 10, "page"),
    StepTerms(Trigger.UNACKNOWLEDGED, 15, "lead"),
)


def count_minutes(turns: list[Turn]) -> list[tuple[int, int, float]]:
    return [(turn.round, turn.step, (turn.at - NOON) / MINUTE) for turn in turns]


def test_steps_count_from_the_deadline_or_from_the_step_before() -> None:
    assert [(at - NOON) / MINUTE for at in plan_round(STEPS, NOON)] == [-30, 0, 10, 25]


def test_no_step_comes_before_the_one_in_front_of_it() -> None:
    steps = (StepTerms(Trigger.AFTER, 10, "page"), StepTerms(Trigger.BEFORE, 5, "lead"))
    assert [(at - NOON) / MINUTE for at in plan_round(steps, NOON)] == [10, 10]


def test_after_the_last_step_the_ladder_repeats_with_the_same_gaps() -> None:
    turns = list_turns(STEPS, NOON, repeat=REPEAT, amount=9)
    assert count_minutes(turns) == [
        (0, 0, -30),
        (0, 1, 0),
        (0, 2, 10),
        (0, 3, 25),
        (1, 0, 55),
        (1, 1, 85),
        (1, 2, 95),
        (1, 3, 110),
        (2, 0, 140),
    ]


def test_a_ladder_of_one_step_repeats() -> None:
    turns = list_turns((StepTerms(Trigger.AFTER, 0, "page"),), NOON, repeat=REPEAT, amount=3)
    assert count_minutes(turns) == [(0, 0, 0), (1, 0, 30), (2, 0, 60)]


def test_delays_of_seconds_do_not_add_up() -> None:
    done = Turn(0, 2, NOON + 10 * MINUTE)
    at = done.at + timedelta(seconds=50)
    following = find_next(STEPS, done, due_at=NOON, repeat=REPEAT, at=at)
    assert following == Turn(0, 3, NOON + 25 * MINUTE)


def test_after_an_outage_an_unacknowledged_step_leaves_time_to_react() -> None:
    done = Turn(0, 2, NOON + 10 * MINUTE)
    late = NOON + 100 * MINUTE
    following = find_next(STEPS, done, due_at=NOON, repeat=REPEAT, at=late)
    assert following == Turn(0, 3, late + 15 * MINUTE)


def test_a_deadline_that_moved_moves_the_next_step_but_never_before_the_last() -> None:
    last = NOON - 30 * MINUTE
    place = {"repeat": REPEAT, "round_": 0, "step": 1, "last": last}
    later = find_turn(STEPS, due_at=NOON + 60 * MINUTE, **place)
    assert later == Turn(0, 1, NOON + 60 * MINUTE)
    earlier = find_turn(STEPS, due_at=NOON - 60 * MINUTE, **place)
    assert earlier == Turn(0, 1, last)


def test_a_place_beyond_the_last_step_is_the_next_round() -> None:
    place = {"repeat": REPEAT, "round_": 0, "step": 4, "last": NOON}
    assert find_turn(STEPS, due_at=NOON, **place) == Turn(1, 0, NOON + REPEAT)
    assert find_turn(STEPS[:2], due_at=NOON, **place | {"round_": 2, "step": 3}) == Turn(
        3, 0, NOON + REPEAT
    )


@pytest.mark.parametrize(
    ("minutes", "place"),
    [(-60, 0), (-30, 0), (-1, 0), (0, 1), (9, 1), (10, 2), (25, 2), (9999, 2)],
)
def test_of_the_steps_that_a_late_start_missed_the_last_stands_for_all(
    minutes: int, place: int
) -> None:
    """A step that counts from the one before waits for that one."""
    at, first = NOON + minutes * MINUTE, find_first(STEPS, NOON)
    assert skip_passed(STEPS, first, due_at=NOON, at=at) == place


def test_no_step_of_a_later_round_is_skipped() -> None:
    turn = Turn(1, 0, NOON + 55 * MINUTE)
    assert skip_passed(STEPS, turn, due_at=NOON, at=NOON + 9999 * MINUTE) == 0


def test_a_first_step_counts_from_the_deadline_whatever_its_trigger() -> None:
    assert find_first((StepTerms(Trigger.UNACKNOWLEDGED, 5, "page"),), NOON).at == NOON + 5 * MINUTE
