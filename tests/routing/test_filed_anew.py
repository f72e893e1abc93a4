"""A ticket that a rule files into a members-only department leaves whoever is no member of it."""

from __future__ import annotations

from datetime import timedelta

from accounts.models import Agent
from channels_intake.incoming.verification import BY_MAIL, verify_tickets_of
from tests.cast import NOON, Cast
from tests.departments import close_department
from tickets.actors import SYSTEM, Actor
from tickets.events import EventKind
from tickets.models import Ticket
from tickets.reasons import describe_reason
from tickets.services import assign, close

LATER = NOON + timedelta(hours=1)


def unverified(cast: Cast, agent: Agent) -> Ticket:
    """An unverified ticket, with the community's agents, of this one."""
    ticket = cast.open_ticket(is_unverified=True)
    return assign(ticket_id=ticket.pk, agent=agent, by=SYSTEM, at=NOON)


def prove(cast: Cast, ticket: Ticket) -> Ticket:
    verify_tickets_of(cast.customer, how=BY_MAIL, at=LATER)
    ticket = Ticket.objects.get(pk=ticket.pk)
    assert ticket.department == cast.departments["paid"]
    return ticket


def test_it_goes_to_a_member(in_rocket: Cast) -> None:
    close_department(in_rocket, "paid", members=(in_rocket.analyst,))
    ticket = prove(in_rocket, unverified(in_rocket, in_rocket.colleague))
    assert ticket.assignee == in_rocket.analyst
    names = ticket.events.filter(kind=EventKind.ASSIGNED).latest("pk").data["names"]
    assert names == ["Colleague", "Analyst"]


def test_with_no_member_about_it_waits_for_one(in_rocket: Cast) -> None:
    close_department(in_rocket, "paid", members=(in_rocket.lead,))
    ticket = prove(in_rocket, unverified(in_rocket, in_rocket.colleague))
    assert ticket.assignee is None
    assert ticket.events.filter(kind=EventKind.LEFT_UNASSIGNED).exists()


def test_a_closed_one_has_nobody(in_rocket: Cast) -> None:
    close_department(in_rocket, "paid", members=(in_rocket.analyst,))
    ticket = unverified(in_rocket, in_rocket.colleague)
    close(ticket_id=ticket.pk, by=Actor.of(in_rocket.lead), at=NOON)
    ticket = prove(in_rocket, ticket)
    assert ticket.assignee is None
    reason = ticket.events.filter(kind=EventKind.ASSIGNED).latest("pk").data["reason"]
    assert describe_reason(reason) == (
        "Colleague isn't a member of Paid Support, and only members see its tickets."
    )


def test_a_member_and_a_lead_keep_it(in_rocket: Cast) -> None:
    close_department(in_rocket, "paid", members=(in_rocket.analyst,))
    for agent in (in_rocket.analyst, in_rocket.lead):
        assert prove(in_rocket, unverified(in_rocket, agent)).assignee == agent


def test_in_an_open_department_everybody_keeps_it(in_rocket: Cast) -> None:
    ticket = prove(in_rocket, unverified(in_rocket, in_rocket.colleague))
    assert ticket.assignee == in_rocket.colleague
