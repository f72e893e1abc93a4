"""Times of the steps of a ladder. Pure: no query, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sla.models import Trigger

MINUTE = timedelta(minutes=1)
LATE = timedelta(minutes=2)  # a step taken later than this was delayed by an outage


class StepTerms(NamedTuple):
    """A step as it is scheduled. agent_id: the executive, or the stand-in for a manager."""

    trigger: str
    minutes: int
    action: str
    agent_id: int | None = None


class Turn(NamedTuple):
    """The next step of a ladder: its round, its place and its time."""

    round: int
    step: int
    at: datetime


def plan_round(steps: Sequence[StepTerms], due_at: datetime) -> list[datetime]:
    """Return the times of the steps in the first round, if each is taken in time.

    No step comes before the one in front of it.
    """
    times: list[datetime] = []
    for step in steps:
        planned = _find_time(step, due_at, times[-1] if times else due_at)
        times.append(max(planned, times[-1]) if times else planned)
    return times


def _find_time(step: StepTerms, due_at: datetime, previous: datetime) -> datetime:
    length = timedelta(minutes=step.minutes)
    if step.trigger == Trigger.BEFORE:
        return due_at - length
    return (due_at if step.trigger == Trigger.AFTER else previous) + length


def find_first(steps: Sequence[StepTerms], due_at: datetime) -> Turn:
    """Return the first step."""
    return Turn(0, 0, plan_round(steps, due_at)[0])


def find_turn(
    steps: Sequence[StepTerms],
    *,
    due_at: datetime,
    repeat: timedelta,
    round_: int,
    step: int,
    last: datetime | None,
) -> Turn:
    """Return the step at this place by the clock's deadline, which may have moved.

    After the last step comes the first one of the next round. last: the time that the step before
    counts for, None if none was taken. Later rounds keep the gaps of the first.
    """
    if step >= len(steps):
        round_, step = round_ + 1, 0
    planned = plan_round(steps, due_at)
    if last is None:
        return Turn(round_, step, planned[step])
    if not round_:
        return Turn(0, step, max(_find_time(steps[step], due_at, last), last))
    if not step:
        return Turn(round_, 0, last + repeat)
    return Turn(round_, step, last + max(MINUTE, planned[step] - planned[step - 1]))


def skip_passed(steps: Sequence[StepTerms], turn: Turn, *, due_at: datetime, at: datetime) -> int:
    """Return the place to go on from: the last step of those whose minute has passed, or the turn.

    For a ladder that starts late, and for a deadline or a step that moved into the past: one step
    stands for all. Those that count from the step before aren't over before that was taken.
    """
    if turn.round:
        return turn.step
    times = plan_round(steps, due_at)
    passed = [
        place
        for place in range(turn.step + 1, len(steps))
        if times[place] <= at and steps[place].trigger != Trigger.UNACKNOWLEDGED
    ]
    return passed[-1] if passed else turn.step


def count_from(done: Turn, at: datetime) -> datetime:
    """Return what the step after one that was taken ``at`` counts from.

    That is the step's own minute, so that delays of seconds don't add up, or ``at`` if an outage
    delayed it.
    """
    return done.at if at - done.at <= LATE else at


def find_next(
    steps: Sequence[StepTerms], done: Turn, *, due_at: datetime, repeat: timedelta, at: datetime
) -> Turn:
    """Return the step after one that was taken ``at``; after the last one, the first again."""
    return find_turn(
        steps,
        due_at=due_at,
        repeat=repeat,
        round_=done.round,
        step=done.step + 1,
        last=count_from(done, at),
    )


def list_turns(
    steps: Sequence[StepTerms], due_at: datetime, *, repeat: timedelta, amount: int
) -> list[Turn]:
    """Return the first steps in order, for a preview: nobody acknowledges, nothing is late."""
    turns = [find_first(steps, due_at)]
    while len(turns) < amount:
        done = turns[-1]
        turns.append(find_next(steps, done, due_at=due_at, repeat=repeat, at=done.at))
    return turns
