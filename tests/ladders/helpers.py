"""Ladders of a test desk, and what their sweep did."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from accounts.models import Agent
from sla.ladders.stepping import take_due_steps
from sla.models import Action, Ladder, LadderStep, Trigger
from tests.cast import Cast
from tickets.deliveries import deliver_due
from tickets.events import EventKind
from tickets.models import Ticket, TicketEvent

MINUTE = timedelta(minutes=1)
BEFORE, AFTER, SILENCE = Trigger.BEFORE, Trigger.AFTER, Trigger.UNACKNOWLEDGED
Given = tuple[int, Trigger, Action] | tuple[int, Trigger, Action, Agent]

STEPS: list[Given] = [
    (30, BEFORE, Action.ASSIGNEE),
    (0, AFTER, Action.CHANNEL),
    (10, AFTER, Action.PAGE),
    (15, SILENCE, Action.LEAD),
]


def add_ladder(cast: Cast, steps: list[Given] | None = None, **fields: Any) -> Ladder:
    """Add a ladder with these steps: minutes, trigger, action, and perhaps an agent."""
    ladder = Ladder.objects.create(desk=cast.desk, **{"name": "Urgent", **fields})
    LadderStep.objects.bulk_create(
        LadderStep(
            desk=cast.desk,
            ladder=ladder,
            position=position,
            minutes=minutes,
            trigger=trigger,
            action=action,
            agent=given[0] if given else None,
        )
        for position, (minutes, trigger, action, *given) in enumerate(steps or STEPS, start=1)
    )
    cast.desk.refresh_from_db()
    return ladder


def sweep(cast: Cast, at: datetime) -> int:
    """Run the sweep until nothing is due. Return how many ladders it handled."""
    handled = 0
    while done := take_due_steps(desk_id=cast.desk.pk, at=at):
        handled += done
    return handled


def sweep_until(cast: Cast, start: datetime, end: datetime, *, every: timedelta = MINUTE) -> None:
    """Run the sweep at regular times, as the scheduler does."""
    at = start
    while at <= end:
        sweep(cast, at)
        at += every


def list_events(ticket: Ticket, kind: EventKind = EventKind.LADDER_STEP) -> list[TicketEvent]:
    """Return the ticket's events of a kind, in order."""
    return list(TicketEvent.objects.filter(ticket=ticket, kind=kind.value).order_by("pk"))


def list_steps_taken(ticket: Ticket) -> list[tuple[datetime, str]]:
    """Return the times and actions of the steps that were taken, in order."""
    return [(event.at, event.data["action"]) for event in list_events(ticket)]


def deliver_all(cast: Cast, at: datetime) -> None:
    """Run the LATER followers of all events."""
    while deliver_due(desk_id=cast.desk.pk, at=at):
        pass
