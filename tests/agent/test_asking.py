"""Escalating, closing and adding a follower: changes that show a form first."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Contact, Level
from tests.agent.conftest import inside
from tests.cast import Cast
from tickets.models import CloseReason, Participant, State, Ticket, TicketEvent

GIVEN = {"cause": "defect", "record_version": "0"}


def path(ticket: Ticket, part: str) -> str:
    return f"/rocket/agent/tickets/{ticket.number}/{part}/"


def test_escalating_keeps_the_reason(rocket: Cast, client: Client, ticket: Ticket) -> None:
    assert "Escalate to Level 2" in client.get(path(ticket, "escalation")).content.decode()
    with inside(rocket):
        why = {"why": " It  crashes\nin the driver. "}
        response = client.post(path(ticket, "escalation"), GIVEN | why)
        assert response.status_code == 303
        ticket.refresh_from_db()
        assert (ticket.status, ticket.level) == (State.ESCALATED, Level.L2)
        event = TicketEvent.objects.get(ticket=ticket, kind="ticket.escalated")
        assert event.data["why"] == "It crashes in the driver."


def test_escalating_without_a_reason_is_asked_again(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    response = client.post(path(ticket, "escalation"), GIVEN | {"why": " "})
    assert response.status_code == 422
    assert "This field is required." in response.content.decode()


def test_escalating_a_closed_ticket_is_refused_and_the_reason_kept(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    client.post(path(ticket, "closure"), {"reason": "spam"})
    response = client.post(path(ticket, "escalation"), GIVEN | {"why": "A long reason."})
    assert response.status_code == 422
    text = response.content.decode()
    assert "You can&#x27;t do that while the ticket is" in text
    assert "A long reason." in text


def test_closing_keeps_the_reason(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        other = rocket.open_ticket()
        given = {"reason": "duplicate", "duplicate_of": f"RC-{other.number}"}
        assert client.post(path(ticket, "closure"), given).status_code == 303
        ticket.refresh_from_db()
        assert (ticket.status, ticket.close_reason) == (State.CLOSED, CloseReason.DUPLICATE)


@pytest.mark.parametrize("reason", ["silence", "by_customer", "", "nonsense"])
def test_an_agent_cannot_state_what_only_the_customer_does(
    rocket: Cast, client: Client, ticket: Ticket, reason: str
) -> None:
    with inside(rocket):
        assert client.post(path(ticket, "closure"), {"reason": reason}).status_code == 422
        assert Ticket.objects.get(pk=ticket.pk).status == State.OPEN


def test_adding_somebody_by_address(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        response = client.post(
            path(ticket, "participants"), {"email": "New.One@Partner.example", "name": "New One"}
        )
        assert response.status_code == 303
        added = Participant.objects.get(ticket=ticket).contact
        assert (added.email, added.name, added.account) == (
            "new.one@partner.example",
            "New One",
            None,
        )


@pytest.mark.parametrize(
    "email", ["nonsense", "analyst@rocket.example", "support@rocket.example", ""]
)
def test_addresses_that_cannot_be_added(
    rocket: Cast, client: Client, ticket: Ticket, email: str
) -> None:
    with inside(rocket):
        before = Contact.objects.count()
        response = client.post(path(ticket, "participants"), {"email": email, "name": "Kept Name"})
        assert response.status_code == 422
        assert "Kept Name" in response.content.decode()
        assert not Participant.objects.filter(ticket=ticket).exists()
        assert Contact.objects.count() == before
