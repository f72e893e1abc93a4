"""Followers in the agent's panel: removed with one click, and added from an email's CC with one."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts.models import Contact
from tests.agent.conftest import SignIn, count_cost, inside
from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.events import EventKind
from tickets.models import Participant, Ticket
from tickets.sentences.remarks import RemarkCode, make_remark
from tickets.services import NewMessage, add_customer_message, add_participant


def page_of(ticket: Ticket) -> str:
    return f"/rocket/agent/tickets/{ticket.number}/"


def removal_of(ticket: Ticket) -> str:
    return f"{page_of(ticket)}participants/removal/"


def list_offered(text: str) -> list[str]:
    """Return the addresses that the panel offers to add."""
    return re.findall(r'<input type="hidden" name="email" value="([^"]+)"', text)


def write(cast: Cast, ticket: Ticket, *cc: str) -> None:
    """Let the customer write an email with people in CC."""
    remark = make_remark(RemarkCode.CC_NOT_ADDED, addresses=", ".join(cc))
    new = NewMessage("More", "email", remarks=(remark,))
    add_customer_message(ticket_id=ticket.pk, contact=cast.customer, new=new, at=NOON)


@pytest.fixture
def follower(rocket: Cast, ticket: Ticket) -> Contact:
    with inside(rocket):
        by, contact = Actor.of(rocket.analyst), rocket.customer_colleague
        add_participant(ticket_id=ticket.pk, contact=contact, by=by, at=NOON)
    return contact


def test_a_follower_is_removed_with_an_event(
    rocket: Cast, client: Client, ticket: Ticket, follower: Contact
) -> None:
    text = client.get(page_of(ticket)).content.decode()
    assert f'action="{removal_of(ticket)}"' in text
    assert 'aria-label="Remove Coworker"' in text
    response = client.post(removal_of(ticket), {"contact": follower.pk}, follow=True)
    assert "Coworker no longer follows this ticket." in response.content.decode()
    with inside(rocket):
        assert not ticket.participants.exists()
        event = ticket.events.get(kind=EventKind.PARTICIPANT_REMOVED)
        assert event.data == {"contact": follower.pk, "name": "Coworker"}
    client.post(removal_of(ticket), {"contact": follower.pk})
    with inside(rocket):
        assert ticket.events.filter(kind=EventKind.PARTICIPANT_REMOVED).count() == 1


@pytest.mark.parametrize("contact", ["", "nonsense", "0", "stranger"])
def test_who_does_not_follow_cannot_be_removed(
    rocket: Cast, client: Client, ticket: Ticket, follower: Contact, contact: str
) -> None:
    asked = rocket.stranger.pk if contact == "stranger" else contact
    response = client.post(removal_of(ticket), {"contact": asked}, follow=True)
    assert "This person doesn" in response.content.decode()
    with inside(rocket):
        assert ticket.participants.get().contact == follower


def test_observers_and_other_desks_cannot_remove_followers(
    rocket: Cast, matter: Cast, ticket: Ticket, follower: Contact, sign_in: SignIn
) -> None:
    asked = {"contact": follower.pk}
    people = {rocket.observer: 403, matter.admin: 404, rocket.stranger: 404}
    for person, status in people.items():
        client = sign_in(person.user)
        assert client.post(removal_of(ticket), asked).status_code == status
    assert removal_of(ticket) not in sign_in(rocket.observer.user).get(page_of(ticket)).text
    with inside(rocket):
        assert Participant.objects.filter(ticket=ticket).count() == 1


def test_people_in_cc_of_an_email_are_offered_and_added_with_one_click(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        write(rocket, ticket, "ann@acme.example", "bo@partner.example")
        write(rocket, ticket, "ann@acme.example")
        assert not ticket.participants.exists()
    text = client.get(page_of(ticket)).content.decode()
    assert list_offered(text) == ["ann@acme.example", "bo@partner.example"]
    assert 'aria-label="Add ann@acme.example as a follower"' in text
    client.post(f"{page_of(ticket)}participants/", {"email": "ann@acme.example"})
    with inside(rocket):
        assert ticket.participants.get().contact.email == "ann@acme.example"
    text = client.get(page_of(ticket)).content.decode()
    assert list_offered(text) == ["bo@partner.example"]


def test_nobody_is_offered_who_follows_or_belongs_to_the_desk(
    rocket: Cast, client: Client, ticket: Ticket, follower: Contact
) -> None:
    with inside(rocket):
        write(
            rocket,
            ticket,
            follower.email,
            rocket.customer.email,
            rocket.analyst.user.email,
            "support@rocket.example",
            "support+sales@rocket.example",
            "support+********@rocket.example",
            "+********@elsewhere.example",
        )
    assert list_offered(client.get(page_of(ticket)).content.decode()) == []


def test_observers_are_offered_nobody(rocket: Cast, ticket: Ticket, sign_in: SignIn) -> None:
    with inside(rocket):
        write(rocket, ticket, "ann@acme.example")
    text = sign_in(rocket.observer.user).get(page_of(ticket)).content.decode()
    assert list_offered(text) == []


def test_the_offers_cost_no_further_round_trip(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    few = count_cost(client, page_of(ticket))
    with inside(rocket):
        for count in range(5):
            write(rocket, ticket, f"ann{count}@acme.example")
    assert count_cost(client, page_of(ticket)) == few
