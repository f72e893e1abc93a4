"""Tickets of a members-only department are assigned to members, leads and admins only."""

from __future__ import annotations

import pytest

from accounts.models import Agent
from tests.cast import NOON, Cast
from tests.departments import close_department
from tickets.actors import SYSTEM, Actor
from tickets.errors import NotAllowedError
from tickets.models import Ticket
from tickets.sentences.reasons import describe_reason
from tickets.services import assign, change_department, escalate


def fresh(agent: Agent) -> Agent:
    """Return the agent as the next request reads it."""
    return Agent.objects.get(pk=agent.pk)


def test_new_tickets_go_to_members(in_rocket: Cast) -> None:
    close_department(in_rocket, "paid", members=(in_rocket.colleague,))
    assert {in_rocket.open_ticket().assignee for _ in range(3)} == {in_rocket.colleague}


def test_with_no_members_it_is_unassigned(in_rocket: Cast) -> None:
    close_department(in_rocket, "paid", members=())
    ticket = in_rocket.open_ticket()
    assert ticket.assignee is None
    assert describe_reason(ticket.route_reasons[-1]) == (
        "No agent at Level 1 works in this department."
    )


@pytest.mark.parametrize("who", ["analyst", "lead", "admin"])
def test_members_leads_and_admins_can_be_assigned_by_hand(in_rocket: Cast, who: str) -> None:
    close_department(in_rocket, "paid", members=(in_rocket.analyst,))
    ticket, agent = in_rocket.open_ticket(), fresh(getattr(in_rocket, who))
    assign(ticket_id=ticket.pk, agent=agent, by=SYSTEM, at=NOON)
    assert Ticket.objects.get(pk=ticket.pk).assignee == agent


def test_other_agents_cannot_be_assigned(in_rocket: Cast) -> None:
    close_department(in_rocket, "paid", members=(in_rocket.analyst,))
    ticket = in_rocket.open_ticket()
    by = Actor.of(in_rocket.analyst)
    with pytest.raises(NotAllowedError, match="Colleague isn't a member of Paid Support"):
        assign(ticket_id=ticket.pk, agent=fresh(in_rocket.colleague), by=by, at=NOON)
    assert Ticket.objects.get(pk=ticket.pk).assignee == in_rocket.analyst


def test_the_assignee_keeps_a_ticket_that_is_moved_by_hand(in_rocket: Cast) -> None:
    paid = close_department(in_rocket, "paid", members=(in_rocket.analyst,))
    ticket = in_rocket.open_ticket(is_unverified=True)
    assign(ticket_id=ticket.pk, agent=in_rocket.colleague, by=SYSTEM, at=NOON)
    change_department(
        ticket_id=ticket.pk, department=paid, by=Actor.of(in_rocket.colleague), at=NOON
    )
    assert Ticket.objects.get(pk=ticket.pk).assignee == in_rocket.colleague


def test_escalation_stays_among_the_members(in_rocket: Cast) -> None:
    close_department(in_rocket, "paid", members=(in_rocket.analyst, in_rocket.level_two))
    ticket = in_rocket.open_ticket()
    escalate(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=NOON, why="A defect")
    assert Ticket.objects.get(pk=ticket.pk).assignee == in_rocket.level_two
