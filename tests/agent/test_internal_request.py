"""An internal request (M22): an agent is the requester, and nobody outside hears of it."""

from __future__ import annotations

import pytest
from django.test import Client

from channels_intake.connections.outgoing.ways import INTERNAL
from channels_intake.models import OutgoingEmail
from sla.models import Clock
from tests.agent.conftest import inside
from tests.agent.test_new_ticket import NEW, form
from tests.cast import NOON, Cast
from tickets.access import queue_parts_for_contact, tickets_for_contact
from tickets.actors import Actor
from tickets.deliveries import deliver_due
from tickets.errors import InvalidValueError
from tickets.models import QueueRow, State, Ticket
from tickets.services import add_note, add_participant, change_account, close, reply


@pytest.fixture
def internal(rocket: Cast, client: Client) -> Ticket:
    with inside(rocket):
        sent = client.post(NEW, form(rocket, channel="internal", requester=""))
        assert sent.status_code == 303
        return Ticket.objects.select_related("contact", "desk").get()


def test_the_agent_is_the_requester_and_no_account_is_involved(
    rocket: Cast, internal: Ticket
) -> None:
    assert (internal.contact.name, internal.contact.email) == (
        rocket.analyst.name,
        rocket.analyst.user.email,
    )
    assert internal.account_id is None
    assert internal.channel == "internal"
    assert internal.department_id is not None


def test_a_chosen_customer_is_not_asked(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        given = {"channel": "internal", "choice": f"contact:{rocket.customer.pk}"}
        client.post(NEW, form(rocket, **given))
        assert Ticket.objects.get().contact.email == rocket.analyst.user.email


def test_nothing_is_owed_to_a_customer(rocket: Cast, internal: Ticket) -> None:
    with inside(rocket):
        assert not Clock.objects.filter(ticket=internal).exists()
        assert QueueRow.objects.get(pk=internal.pk).unanswered_since is None


def test_no_email_is_ever_sent(rocket: Cast, internal: Ticket) -> None:
    with inside(rocket):
        by = Actor.of(rocket.analyst)
        add_note(ticket_id=internal.pk, agent=rocket.analyst, text="Done.", at=NOON)
        close(ticket_id=internal.pk, by=by, at=NOON)
        deliver_due(desk_id=rocket.desk.pk, at=NOON)
        assert not OutgoingEmail.objects.exists()
        assert Ticket.objects.get().status == State.CLOSED


def test_a_public_reply_is_refused_with_what_to_do(rocket: Cast, internal: Ticket) -> None:
    with inside(rocket), pytest.raises(InvalidValueError) as refused:
        reply(ticket_id=internal.pk, agent=rocket.analyst, text="Hello", at=NOON)
    assert str(INTERNAL) in str(refused.value)


def test_its_page_says_why_only_notes_are_possible(
    rocket: Cast, client: Client, internal: Ticket
) -> None:
    page = client.get(f"/rocket/agent/tickets/{internal.number}/").content.decode()
    assert str(INTERNAL) in page


def test_no_customer_sees_it_whoever_it_is_given_to(rocket: Cast, internal: Ticket) -> None:
    with inside(rocket):
        by = Actor.of(rocket.analyst)
        add_participant(ticket_id=internal.pk, contact=rocket.customer, by=by, at=NOON)
        change_account(ticket_id=internal.pk, account=rocket.account, by=by, at=NOON)
        for contact in (rocket.customer, rocket.manager):
            assert internal not in tickets_for_contact(contact)
            parts = queue_parts_for_contact(contact)
            assert not any(part.filter(pk=internal.pk).exists() for part in parts)


def test_followers_are_refused_because_they_would_get_nothing(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        sent = client.post(NEW, form(rocket, channel="internal", cc="a@partner.example"))
        assert sent.status_code == 422
        assert 'id="id_cc_error"' in sent.content.decode()
        assert not Ticket.objects.exists()
