"""A rule that moves a ticket to a members-only department unassigns non-members."""

from __future__ import annotations

from datetime import timedelta

from accounts.models import Agent
from channels_intake.incoming.verification import BY_MAIL, verify_tickets_of
from tests.cast import NOON, Cast
from tests.departments import close_department
from tickets.actors import SYSTEM, Actor
from tickets.events import EventKind
from tickets.models import Ticket
from tickets.sentences.reasons import describe_reason
from tickets.services import assign, close

LATER = NOON + timedelta(hours=1)


def unverified(cast: Cast, agent: Agent) -> Ticket:
    """Return an unverified ticket in Community that is assigned to an agent."""
    ticket = cast.open_ticket(is_unverified=True)
    return assign(ticket_id=ticket.pk, agent=agent, by=SYSTEM, at=NOON)


def verify(cast: Cast, ticket: Ticket) -> Ticket:
    verify_tickets_of(cast.customer, how=BY_MAIL, at=LATER)
    ticket = Ticket.objects.get(pk=ticket.pk)
    assert ticket.department == cast.departments["paid"]
    return ticket


def test_an_open_ticket_goes_to_a_member(in_rocket: Cast) -> None:
    close_department(in_rocket, "paid", members=(in_rocket.analyst,))
    ticket = verify(in_rocket, unverified(in_rocket, in_rocket.colleague))
    assert ticket.assignee == in_rocket.analyst
    names = ticket.events.filter(kind=EventKind.ASSIGNED).latest("pk").data["names"]
    assert names == ["Colleague", "Analyst"]


def test_with_no_member_on_shift_it_is_unassigned(in_rocket: Cast) -> None:
    close_department(in_rocket, "paid", members=(in_rocket.lead,))
    ticket = verify(in_rocket, unverified(in_rocket, in_rocket.colleague))
    assert ticket.assignee is None
    assert ticket.events.filter(kind=EventKind.LEFT_UNASSIGNED).exists()


def test_a_closed_ticket_loses_its_assignee(in_rocket: Cast) -> None:
    close_department(in_rocket, "paid", members=(in_rocket.analyst,))
    ticket = unverified(in_rocket, in_rocket.colleague)
    close(ticket_id=ticket.pk, by=Actor.of(in_rocket.lead), at=NOON)
    ticket = verify(in_rocket, ticket)
    assert ticket.assignee is None
    reason = ticket.events.filter(kind=EventKind.ASSIGNED).latest("pk").data["reason"]
    assert describe_reason(reason) == (
        "Colleague isn't a member of Paid Support, and only members see its tickets."
    )


def test_a_member_and_a_lead_keep_it(in_rocket: Cast) -> None:
    close_department(in_rocket, "paid", members=(in_rocket.analyst,))
    for agent in (in_rocket.analyst, in_rocket.lead):
        assert verify(in_rocket, unverified(in_rocket, agent)).assignee == agent


def test_in_an_open_department_any_assignee_keeps_it(in_rocket: Cast) -> None:
    ticket = verify(in_rocket, unverified(in_rocket, in_rocket.colleague))
    assert ticket.assignee == in_rocket.colleague
