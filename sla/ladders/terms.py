"""Ladders of a desk as values, and the one that a ticket follows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sla.ladders.schedule import StepTerms, Turn, find_next, find_turn
from sla.models import Ladder, LadderRun
from tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class LadderTerms:
    """An active ladder with at least one step. rank: of the least urgent priority it is for."""

    id: int
    name: str
    clock: str
    policy_id: int | None
    plan_id: int | None
    rank: int | None
    resume: timedelta
    repeat: timedelta
    steps: tuple[StepTerms, ...]

    def fits(self, ticket: Ticket, policy_id: int | None) -> bool:
        """Return True if a ticket meets the conditions. policy_id: that set the clock's target."""
        return (
            (self.policy_id is None or self.policy_id == policy_id)
            and (self.plan_id is None or self.plan_id == _get_plan_id(ticket))
            and (self.rank is None or ticket.priority.rank <= self.rank)
        )

    def find_turn(self, run: LadderRun) -> Turn:
        """Return the next step of a ticket, by the steps and the deadline as they are now."""
        return find_turn(
            self.steps,
            due_at=run.due_at,
            repeat=self.repeat,
            round_=run.round,
            step=run.next_step,
            last=run.last_step_at,
        )

    def find_next(self, run: LadderRun, done: Turn, at: datetime) -> Turn:
        """Return the step of a ticket after one that was taken ``at``."""
        return find_next(self.steps, done, due_at=run.due_at, repeat=self.repeat, at=at)


def _get_plan_id(ticket: Ticket) -> int | None:
    return ticket.account.plan_id if ticket.account else None


def load_ladders(desk_id: int) -> tuple[LadderTerms, ...]:
    """Read the active ladders of a desk in order. Those without a step do nothing."""
    active = Ladder.objects.filter(desk_id=desk_id, is_active=True).select_related("priority")
    return tuple(make_terms(one) for one in active.prefetch_related("steps") if one.steps.all())


def make_terms(ladder: Ladder) -> LadderTerms:
    """Return a ladder as a value."""
    return LadderTerms(
        ladder.pk,
        ladder.name,
        ladder.clock,
        ladder.policy_id,
        ladder.plan_id,
        ladder.priority.rank if ladder.priority else None,
        timedelta(minutes=ladder.resume_minutes),
        timedelta(minutes=ladder.repeat_minutes),
        tuple(list_steps(ladder)),
    )


def list_steps(ladder: Ladder) -> Iterable[StepTerms]:
    """Return the steps of a ladder in order."""
    return (
        StepTerms(step.trigger, step.minutes, step.action, step.agent_id)
        for step in ladder.steps.all()
    )
