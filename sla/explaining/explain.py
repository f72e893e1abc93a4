"""Explanation of a deadline: each part of the run, counted or not, as of any instant. Pure.

The parts until the deadline add up to the target, to the second: what is used and what is left.
Words for them are in helpdesk/shared/wording/explanations.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sla.calendar import ZERO, NeverOpensError, WorkingHours
from sla.explaining.history import History, Plan
from sla.runs import Part, find_due, list_parts

SECOND = timedelta(seconds=1)


class Status(StrEnum):
    """States of a clock at the instant of its explanation."""

    RUNNING = "running"
    PAUSED = "paused"
    OVERDUE = "overdue"
    MET = "met"
    STOPPED = "stopped"


class Phase(StrEnum):
    """Positions of a part relative to the instant of the explanation and to the clock's end."""

    PAST = "past"
    AHEAD = "ahead"
    AFTER_END = "after_end"  # no longer needed: the clock was met or stopped before


@dataclass(frozen=True, slots=True)
class Step:
    """A part of a run as it is shown. `seconds`: of those that count, rounded so that they add up.

    A part that the instant of the explanation falls into makes two steps.
    """

    part: Part
    phase: Phase
    seconds: int

    @property
    def counts(self) -> bool:
        return self.part.counts


@dataclass(frozen=True, slots=True)
class Explanation:
    """A run of a clock as of an instant. `due_at` is None while the clock is paused before it."""

    history: History
    hours: WorkingHours
    at: datetime
    status: Status
    due_at: datetime | None
    steps: tuple[Step, ...]

    @property
    def plan(self) -> Plan:
        return self.history.plan

    @property
    def total(self) -> int:
        """The target in seconds."""
        return round(self.plan.run.seconds)

    @property
    def used(self) -> int:
        """The seconds of the target that are used."""
        return sum(step.seconds for step in self.steps if step.phase == Phase.PAST)

    @property
    def left(self) -> int:
        return self.total - self.used

    @property
    def late(self) -> timedelta:
        """How long after the deadline the clock was met, stopped, or is still running."""
        reached = self.history.ended_at or self.at
        return max(reached - self.due_at, ZERO) if self.due_at else ZERO


def explain(history: History, hours: WorkingHours, at: datetime) -> Explanation:
    """Return the explanation of a run as of an instant.

    history: from the entries until then. hours: of the valid plan's calendar.
    """
    run = history.run
    try:
        due = find_due(run, hours)
    except NeverOpensError:
        due = None
    reached = max(history.ended_at or at, run.started_at)
    after = Phase.AFTER_END if history.ended_at else Phase.AHEAD
    parts = list_parts(run, hours, due or reached)
    return Explanation(
        history=history,
        hours=hours,
        at=at,
        status=_find_status(history, due, at),
        due_at=due,
        steps=tuple(_number(_cut(parts, reached, after))),
    )


def _find_status(history: History, due: datetime | None, at: datetime) -> Status:
    if history.met_at:
        return Status.MET
    if history.stopped_at:
        return Status.STOPPED
    if due is None:
        return Status.PAUSED
    return Status.OVERDUE if at > due else Status.RUNNING


def _cut(parts: Iterable[Part], reached: datetime, after: Phase) -> Iterator[tuple[Part, Phase]]:
    """Yield the parts with their phase, one across `reached` as two."""
    for part in parts:
        if part.end <= reached:
            yield part, Phase.PAST
        elif part.start >= reached:
            yield part, after
        else:
            yield part._replace(end=reached), Phase.PAST
            yield part._replace(start=reached), after


def _number(parts: Iterable[tuple[Part, Phase]]) -> Iterator[Step]:
    """Yield the parts with their whole seconds, so that any sum is off by less than one."""
    counted = ZERO
    for part, phase in parts:
        before = round(counted / SECOND)
        if part.counts:
            counted += part.length
        yield Step(part, phase, round(counted / SECOND) - before)
