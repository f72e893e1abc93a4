"""Changing assignee, status, priority and department from the ticket's panel."""

from __future__ import annotations

from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client

from tests.agent.conftest import inside
from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.models import State, Ticket, TicketEvent
from tickets.services import assign


def change(client: Client, ticket: Ticket, part: str, **fields: object) -> HttpResponse:
    response = client.post(f"/rocket/agent/tickets/{ticket.number}/{part}/", fields)
    assert response.status_code == 303
    assert response["Location"] == f"/rocket/agent/tickets/{ticket.number}/"
    return response


def told(response: HttpResponse) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def test_an_analyst_takes_a_ticket(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        assign(ticket_id=ticket.pk, agent=None, by=Actor.of(rocket.lead), at=NOON)
        change(client, ticket, "assignee", assignee=rocket.analyst.pk)
        ticket.refresh_from_db()
        assert ticket.assignee == rocket.analyst


def test_a_ticket_that_went_elsewhere_meanwhile_is_not_taken_away(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        assign(ticket_id=ticket.pk, agent=None, by=Actor.of(rocket.lead), at=NOON)
        assign(ticket_id=ticket.pk, agent=rocket.colleague, by=Actor.of(rocket.lead), at=NOON)
        response = change(client, ticket, "assignee", assignee=rocket.analyst.pk, expected="")
        ticket.refresh_from_db()
        assert ticket.assignee == rocket.colleague
    assert "This ticket was assigned to Colleague in the meantime" in told(response)


def test_nobody_and_strangers(rocket: Cast, matter: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        change(client, ticket, "assignee", assignee="")
        ticket.refresh_from_db()
        assert ticket.assignee is None
        for stranger in [matter.analyst.pk, rocket.observer.pk, "nobody", 10**17]:
            change(client, ticket, "assignee", assignee=stranger)
            ticket.refresh_from_db()
            assert ticket.assignee is None


def test_priority_and_department_change(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        change(client, ticket, "priority", priority=rocket.priorities["High"].pk)
        change(client, ticket, "department", department=rocket.departments["trials"].pk)
        ticket.refresh_from_db()
        assert ticket.priority.name == "High"
        assert ticket.department == rocket.departments["trials"]


def test_what_belongs_to_another_desk_cannot_be_chosen(
    rocket: Cast, matter: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        before = TicketEvent.objects.filter(ticket=ticket).count()
        change(client, ticket, "priority", priority=matter.priorities["Urgent"].pk)
        change(client, ticket, "department", department=matter.departments["trials"].pk)
        change(client, ticket, "priority", priority="")
        assert TicketEvent.objects.filter(ticket=ticket).count() == before


def test_status_moves_that_need_no_words(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        change(client, ticket, "status", move="investigate")
        ticket.refresh_from_db()
        assert ticket.status == State.INVESTIGATING
        response = change(client, ticket, "status", move="investigate")
        assert "do that while the ticket is At Investigation" in told(response)
        change(client, ticket, "status", move="customer_responds")
        ticket.refresh_from_db()
        assert ticket.status == State.INVESTIGATING


def test_reopening(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        change(client, ticket, "closure", reason="solved")
        change(client, ticket, "reopening")
        ticket.refresh_from_db()
        assert ticket.status == State.OPEN
