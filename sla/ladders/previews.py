"""A preview of a ladder: whom it would alert when, for a deadline at a given time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from accounts.models import Desk, Level
from sla.ladders.duty import find_alerted
from sla.ladders.schedule import list_turns
from sla.ladders.terms import LadderTerms
from sla.models import Action
from tickets.models import Ticket

NIGHT = time(2, 10)  # of the deadline: when nobody is at work


class PreviewStep(NamedTuple):
    """A step of a preview. names: of the agents, as far as they don't depend on the ticket."""

    at: datetime
    action: str
    names: tuple[str, ...]
    is_fallback: bool


def find_tonight(desk: Desk, at: datetime) -> datetime:
    """Return the next 02:10 in the desk's time zone."""
    local = at.astimezone(ZoneInfo(desk.time_zone))
    tonight = datetime.combine(local.date(), NIGHT, tzinfo=local.tzinfo)
    return tonight if tonight > local else tonight + timedelta(days=1)


def preview_ladder(terms: LadderTerms, desk: Desk, due_at: datetime) -> Iterator[PreviewStep]:
    """Return the steps for a deadline that nobody meets, and the first of the next round."""
    ticket = Ticket(desk=desk, level=Level.L1)
    turns = list_turns(terms.steps, due_at, repeat=terms.repeat, amount=len(terms.steps) + 1)
    for turn in turns:
        step = terms.steps[turn.step]
        if step.action == Action.ASSIGNEE or (step.action == Action.MANAGER and not step.agent_id):
            yield PreviewStep(turn.at, step.action, (), is_fallback=False)
            continue
        alerted = find_alerted(step, ticket, turn.at)
        names = tuple(agent.name for agent in alerted.agents)
        yield PreviewStep(turn.at, step.action, names, alerted.is_fallback)
