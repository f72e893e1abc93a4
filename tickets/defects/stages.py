"""Moves between the stages of a defect, and which update a customer gets about one. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from tickets.models import OPEN_STAGES, Stage

# The way to the fix. A stage may be skipped.
PATH = (*OPEN_STAGES, Stage.RELEASED, Stage.VERIFIED)
BEFORE_A_FIX = (Stage.REPORTED, Stage.CONFIRMED, Stage.PLANNED, Stage.IN_PROGRESS)
RELEASED = (Stage.RELEASED, Stage.VERIFIED)
ENDED = (Stage.NOT_A_DEFECT, Stage.WONT_FIX, Stage.DUPLICATE)


class Direction(StrEnum):
    """Direction of an update, as its customer sees it."""

    FORWARD = "forward"
    BACK = "back"


def list_next_stages(stage: Stage | str) -> list[Stage]:
    """Return the stages that a defect can be moved to by hand, in order.

    A duplicate is made by merging, never by a move, and has no next stage.
    """
    now = Stage(stage)
    if now == Stage.DUPLICATE:
        return []
    return [other for other in Stage if other not in (now, Stage.DUPLICATE)]


def find_direction(
    told: Stage | str | None, stage: Stage | str, *, is_of_duplicate: bool = False
) -> Direction | None:
    """Return the direction of the next update, or None if there is nothing new to tell.

    told: the stage of the last update that the customer got, or None. is_of_duplicate: that was
    about a defect that was merged since. Then an earlier stage is no step back for the customer,
    unless a fix or an end was announced.
    """
    now = Stage(stage)
    if told is None or now in ENDED:
        return None if told == now else Direction.FORWARD
    last = Stage(told)
    if last == now:
        return None
    if last in ENDED or PATH.index(now) < PATH.index(last):
        return None if is_of_duplicate and last in BEFORE_A_FIX else Direction.BACK
    return Direction.FORWARD


def find_stage_for_line(
    stage: Stage | str, *, line_id: int | None, released_lines: Iterable[int | None]
) -> Stage:
    """Return the stage as the customers on a product line see it.

    A defect is Released with its first release; for those on another line the fix is only tested
    until their own line has it. None among the lines is a release for all. A customer whose line
    isn't known hears about the first release.
    """
    now, lines = Stage(stage), set(released_lines)
    if now not in RELEASED or not lines:
        return now
    return now if line_id is None or None in lines or line_id in lines else Stage.TESTED
