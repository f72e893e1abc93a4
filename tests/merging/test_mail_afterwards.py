"""Email from an address that was merged is the contact's who stayed, as far as it is verified."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError

from accounts.crm.contacts import apply_contacts
from accounts.crm.mapping import CrmContact
from accounts.models import Contact, CrmConnection, CrmLink
from accounts.tenancy import desk_scope
from channels_intake.incoming.senders import get_or_create_contacts, read_sender
from channels_intake.models import InboundMessage, UnverifiedMail
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import make_mail
from tests.merging.conftest import HOME, merge
from tickets.models import Message, Ticket
from tickets.selectors import search_requesters

TakeIn = Callable[..., InboundMessage]


def test_a_new_email_is_a_request_of_the_contact_and_their_account(
    in_rocket: Cast, home: Contact, take_in: TakeIn
) -> None:
    merge(in_rocket, home)
    take_in(make_mail(HOME, message_id="<new@web.example>"))
    ticket = Ticket.objects.get()
    assert (ticket.contact, ticket.account) == (in_rocket.customer, in_rocket.account)
    assert not ticket.is_unverified
    assert not Contact.objects.filter(email=HOME).exists()


def test_a_forged_email_is_unverified_as_from_any_address(
    in_rocket: Cast, home: Contact, take_in: TakeIn
) -> None:
    merge(in_rocket, home)
    take_in(make_mail(HOME, message_id="<forged@web.example>", authentication="fail"))
    ticket = Ticket.objects.get()
    assert (ticket.contact, ticket.account) == (in_rocket.customer, None)
    assert ticket.is_unverified


def test_an_answer_to_an_old_email_is_on_the_same_ticket(
    in_rocket: Cast, home: Contact, take_in: TakeIn
) -> None:
    take_in(make_mail(HOME, message_id="<old@web.example>"))
    merge(in_rocket, home)
    take_in(
        make_mail(
            HOME, message_id="<more@web.example>", text="And more", in_reply_to="<old@web.example>"
        )
    )
    ticket = Ticket.objects.get()
    found = Message.objects.filter(ticket=ticket).values_list("contact", flat=True)
    assert list(found) == [in_rocket.customer.pk] * 2


def test_the_address_verifies_no_request_that_came_from_the_main_one(
    in_rocket: Cast, home: Contact
) -> None:
    in_rocket.open_ticket(is_unverified=True)
    merge(in_rocket, home)
    sender = read_sender(in_rocket.desk, HOME)
    assert (sender.contact, sender.has_unverified) == (in_rocket.customer, False)
    assert read_sender(in_rocket.desk, in_rocket.customer.email).has_unverified


def test_the_main_address_verifies_no_request_that_came_from_the_other_one(
    in_rocket: Cast, home: Contact, take_in: TakeIn
) -> None:
    in_rocket.mailbox.unverified_mail = UnverifiedMail.HOLD
    in_rocket.mailbox.save()
    mine = in_rocket.open_ticket(is_unverified=True)
    merge(in_rocket, home, into=in_rocket.customer)
    forged = take_in(make_mail(HOME, message_id="<f@web.example>", authentication="none")).ticket
    assert forged is not None
    assert forged.is_unverified
    take_in(make_mail(in_rocket.customer.email, message_id="<own@acme.example>"))
    for ticket in (mine, forged):
        ticket.refresh_from_db()
    assert (mine.is_unverified, forged.is_unverified) == (False, True)


def test_a_stranger_and_another_desk_are_not_affected(
    in_rocket: Cast, home: Contact, matter: Cast
) -> None:
    merge(in_rocket, home)
    assert read_sender(in_rocket.desk, "someone@web.example").contact is None
    with desk_scope(matter.desk):
        assert read_sender(matter.desk, HOME).contact is None
    [found] = get_or_create_contacts(in_rocket.desk, [HOME])
    assert found == in_rocket.customer
    assert search_requesters(desk=in_rocket.desk, words=HOME, limit=5) == [found]


def test_no_second_contact_gets_the_address_by_a_form_or_the_crm(
    in_rocket: Cast, home: Contact
) -> None:
    merge(in_rocket, home)
    with pytest.raises(ValidationError):
        Contact(desk=in_rocket.desk, email=HOME).clean()
    crm = CrmConnection.objects.create(desk=in_rocket.desk, client_id="x")
    record = CrmContact("7", HOME, "Cy")
    apply_contacts(crm, [record], NOON)
    assert CrmLink.objects.get().contact == in_rocket.customer
    before = in_rocket.customer.email
    apply_contacts(crm, [record], NOON)
    in_rocket.customer.refresh_from_db()
    assert in_rocket.customer.email == before
