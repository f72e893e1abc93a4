"""Escalation ladders of the demo desks, and the tickets that are on them already (M104)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from accounts.models import Plan
from channels_intake.models import PagingKind, PagingService
from helpdesk.demo.people import Cast
from sla.ladders.following import settle_ticket
from sla.models import Deadline, Ladder, LadderStep
from tickets.models import Priority

PASSED = timedelta(hours=1)  # deadlines that are older alert nobody in the demo


def create_ladders(cast: Cast, data: dict[str, Any], *, now: datetime) -> None:
    """Create a desk's ladders, alerts by email, and the ladders of open tickets."""
    desk = cast.parts.desk
    for position, one in enumerate(data["ladder"], start=1):
        _create_ladder(cast, one, position)
    PagingService.objects.create(desk=desk, name="Email to agents", kind=PagingKind.EMAIL)
    due = Deadline.objects.filter(desk=desk, due_at__gte=now - PASSED)
    for ticket_id in sorted(set(due.values_list("clock__ticket_id", flat=True))):
        settle_ticket(ticket_id, now)


def _create_ladder(cast: Cast, data: dict[str, Any], position: int) -> None:
    desk, agents = cast.parts.desk, {agent.name: agent for agent in cast.agents}
    plan, priority = data.get("plan"), data.get("priority")
    ladder = Ladder.objects.create(
        desk=desk,
        name=data["name"],
        position=position,
        clock=data["clock"],
        plan=Plan.objects.get(desk=desk, name=plan) if plan else None,
        priority=Priority.objects.get(desk=desk, name=priority) if priority else None,
        resume_minutes=data["resume_minutes"],
        repeat_minutes=data["repeat_minutes"],
    )
    LadderStep.objects.bulk_create(
        LadderStep(
            desk=desk,
            ladder=ladder,
            position=place,
            minutes=minutes,
            trigger=trigger,
            action=action,
            agent=agents[who[0]] if who else None,
        )
        for place, (minutes, trigger, action, *who) in enumerate(data["steps"], start=1)
    )
