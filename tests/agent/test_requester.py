"""The Reply-To person of a web form's email becomes the requester with one click."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Contact
from channels_intake.mime.masking import mask_tokens
from channels_intake.models import ReplyToken
from sla.models import Clock
from tests.agent.conftest import SignIn, count_cost, inside
from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.deliveries import deliver_due
from tickets.errors import NotAllowedError
from tickets.events import EventKind
from tickets.models import Message, Participant, Ticket
from tickets.sentences.remarks import RemarkCode, make_remark
from tickets.services import add_participant, change_requester

JAN = "jan@nordwind.example"


@pytest.fixture
def form_ticket(rocket: Cast, ticket: Ticket) -> Ticket:
    """A ticket from a website's form, which asks for replies to its visitor."""
    remark = make_remark(RemarkCode.REPLY_TO, address=JAN, name="Jan Muster")
    with inside(rocket):
        Message.objects.filter(ticket=ticket).update(remark_data=[remark.to_json()])
    return ticket


def page_of(ticket: Ticket) -> str:
    return f"/rocket/agent/tickets/{ticket.number}/"


def use(client: Client, ticket: Ticket, email: str = JAN) -> str:
    url = f"{page_of(ticket)}requester/"
    return client.post(url, {"email": email}, follow=True).content.decode()


def test_the_visitor_is_offered_and_becomes_the_requester_with_one_click(
    rocket: Cast, client: Client, form_ticket: Ticket
) -> None:
    text = client.get(page_of(form_ticket)).content.decode()
    assert f"The email asks for replies to {JAN}." in text
    assert "Use as requester" in text
    assert f"{JAN} is now the requester." in use(client, form_ticket)
    with inside(rocket):
        ticket = Ticket.objects.get(pk=form_ticket.pk)
        assert (ticket.contact.email, ticket.contact.name) == (JAN, "Jan Muster")
        assert ticket.contact.account is None
    text = client.get(page_of(form_ticket)).content.decode()
    assert "Use as requester" not in text
    assert "made Jan Muster the requester. The address is not verified." in text
    history = client.get(f"{page_of(form_ticket)}history/").content.decode()
    assert "made Jan Muster the requester" in history


def test_the_new_requester_is_unverified_and_the_account_keeps_nothing(
    rocket: Cast, client: Client, form_ticket: Ticket
) -> None:
    with inside(rocket):
        assert Clock.objects.get(ticket=form_ticket).stopped_at is None
        token = ReplyToken.objects.create(
            desk=rocket.desk, ticket=form_ticket, contact=rocket.customer, created_at=NOON
        )
    use(client, form_ticket)
    with inside(rocket):
        deliver_due(desk_id=rocket.desk.pk, at=timezone.now())
        ticket = Ticket.objects.get(pk=form_ticket.pk)
        assert ticket.is_unverified
        assert ticket.account is None
        assert Clock.objects.get(ticket=ticket).stopped_at is not None
        assert not ReplyToken.objects.filter(pk=token.pk).exists()
        (event,) = ticket.events.filter(kind=EventKind.REQUESTER_CHANGED)
        assert event.data == {
            "contact": rocket.customer.pk,
            "requester": ticket.contact_id,
            "name": "Jan Muster",
        }


def test_a_second_click_changes_nothing_more(
    rocket: Cast, client: Client, form_ticket: Ticket
) -> None:
    use(client, form_ticket)
    assert "doesn&#x27;t ask for replies to that address" in use(client, form_ticket)
    with inside(rocket):
        kinds = form_ticket.events.values_list("kind", flat=True)
        assert list(kinds).count(EventKind.REQUESTER_CHANGED) == 1


@pytest.mark.parametrize("email", ["", "evil@elsewhere.example", "customer@acme.example"])
def test_no_other_address_becomes_the_requester(
    rocket: Cast, client: Client, form_ticket: Ticket, email: str
) -> None:
    use(client, form_ticket, email)
    with inside(rocket):
        assert Ticket.objects.get(pk=form_ticket.pk).contact == rocket.customer
        assert not Contact.objects.filter(email="evil@elsewhere.example").exists()


def test_a_ticket_without_such_an_email_offers_nobody(client: Client, ticket: Ticket) -> None:
    assert "Use as requester" not in client.get(page_of(ticket)).content.decode()


def test_observers_strangers_and_other_desks_change_no_requester(
    rocket: Cast, matter: Cast, form_ticket: Ticket, sign_in: SignIn
) -> None:
    url = f"{page_of(form_ticket)}requester/"
    people = {rocket.observer: 403, matter.admin: 404, rocket.stranger: 404}
    for person, status in people.items():
        assert sign_in(person.user).post(url, {"email": JAN}).status_code == status
    assert "Use as requester" not in sign_in(rocket.observer.user).get(page_of(form_ticket)).text
    with inside(rocket):
        assert Ticket.objects.get(pk=form_ticket.pk).contact == rocket.customer


def test_a_follower_who_becomes_the_requester_no_longer_follows(
    rocket: Cast, ticket: Ticket
) -> None:
    with inside(rocket):
        by, contact = Actor.of(rocket.analyst), rocket.stranger
        add_participant(ticket_id=ticket.pk, contact=contact, by=by, at=NOON)
        change_requester(ticket_id=ticket.pk, contact=contact, by=by, at=NOON)
        assert not Participant.objects.filter(ticket=ticket).exists()
        by = Actor.of(rocket.observer)
        with pytest.raises(NotAllowedError):
            change_requester(ticket_id=ticket.pk, contact=rocket.customer, by=by, at=NOON)


def test_the_offer_costs_the_page_no_round_trip(client: Client, form_ticket: Ticket) -> None:
    cost = count_cost(client, page_of(form_ticket))
    assert re.search("Use as requester", client.get(page_of(form_ticket)).content.decode())
    use(client, form_ticket)
    assert count_cost(client, page_of(form_ticket)) == cost


def test_an_address_with_a_masked_token_is_not_offered(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    """Another desk's reply address: without its token it is nobody's."""
    masked = mask_tokens(f"support+{'a' * 26}@matter.example")
    remark = make_remark(RemarkCode.REPLY_TO, address=masked, name="Jan Muster")
    with inside(rocket):
        Message.objects.filter(ticket=ticket).update(remark_data=[remark.to_json()])
    assert "Use as requester" not in client.get(page_of(ticket)).content.decode()
    assert "doesn't ask for replies" in unescape(use(client, ticket, masked))
    with inside(rocket):
        assert not Contact.objects.filter(email=masked).exists()
