"""Shared steps of these tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from accounts.models import Agent
from tests.cast import NOON, Cast
from tickets.deliveries import deliver
from tickets.help_requests.asking import ask_group
from tickets.models import EngineeringGroup, EventDelivery, GroupMember, HelpRequest, Ticket

HOUR = timedelta(hours=1)


def make_group(cast: Cast, *members: Agent, **more: Any) -> EngineeringGroup:
    """Create a group, of the second level, with a target of four hours around the clock."""
    given = {"name": "Server team", "response_minutes": 240} | more
    group = EngineeringGroup.objects.create(desk=cast.desk, **given)
    for agent in members or (cast.level_two,):
        GroupMember.objects.create(desk=cast.desk, group=group, agent=agent)
    return group


def ask(cast: Cast, ticket: Ticket, group: EngineeringGroup, **more: Any) -> HelpRequest:
    """Ask a group as the analyst."""
    given = {"agent": cast.analyst, "question": "Is 4 GB enough?", "at": NOON} | more
    return ask_group(ticket_id=ticket.pk, group=group, **given)


def deliver_all(ticket: Ticket) -> None:
    """Run the LATER followers of a ticket's events."""
    due = EventDelivery.objects.filter(event__ticket=ticket).values_list("event_id", flat=True)
    deliver(event_ids=sorted(set(due)), at=NOON + 48 * HOUR)
