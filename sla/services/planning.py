"""Deadlines and warnings of a clock's run, from its target, hours and pauses. Pure.

Runs begin at whole seconds, so that deadlines are the times of day that people agreed on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from sla.business_days import find_business_day_deadline
from sla.calendar import working_time_between
from sla.durations import END_OF_DAY
from sla.models import Clock, Target, TargetUnit
from sla.runs import Run, find_due, read_pauses
from sla.working_hours import WorkingHours

ALWAYS = WorkingHours.always("UTC")  # of promised times, which have no calendar


class Schedule(NamedTuple):
    """The times of a run: its deadline, and a warning for each point."""

    due_at: datetime
    warn_times: list[datetime]


def cut_to_second(at: datetime) -> datetime:
    """Return the instant in UTC without a fraction of a second."""
    return at.astimezone(UTC).replace(microsecond=0)


def count_seconds(target: Target, hours: WorkingHours, started_at: datetime) -> int:
    """Return the working time of a run in seconds.

    For business days, that between the start and the deadline, so that pauses can move it. Raises
    NeverOpensError.
    """
    if target.unit == TargetUnit.MINUTES:
        return target.amount * 60
    by_minute = target.by_minute or END_OF_DAY
    deadline = find_business_day_deadline(hours, started_at, target.amount, by_minute)
    return max(1, round(working_time_between(hours, started_at, deadline).total_seconds()))


def make_schedule(run: Run, hours: WorkingHours, points: Sequence[int]) -> Schedule:
    """Return the times of a run. An open pause is left out: they hold unless it goes on.

    points: percents of the target. Raises NeverOpensError.
    """
    closed = tuple(pause for pause in run.pauses if pause.end is not None)

    def find(seconds: float) -> datetime:
        due = find_due(Run(run.started_at, seconds, closed), hours)
        assert due is not None  # noqa: S101 (no pause is open)
        return due

    return Schedule(find(run.seconds), [find(run.seconds * point / 100) for point in points])


def get_run(clock: Clock) -> Run:
    """Return the latest run of a clock as a value."""
    return Run(clock.started_at, clock.target_seconds, read_pauses(clock.pauses))
