"""Verification while the person is erased or the account deleted: one waits, neither fails."""

from __future__ import annotations

from threading import Event

import pytest
from django.db import transaction

from accounts.customers.deletion import delete_account
from accounts.models import Account, AccountDomain, Contact
from accounts.tenancy import desk_scope
from channels_intake.incoming.verification import BY_MAIL, verify_tickets_of
from helpdesk.privacy.erasure import erase_person
from tests.cast import NOON, Cast
from tests.races.threads import at_once, meanwhile, wait_until_blocking
from tickets.errors import ConflictError
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db(transaction=True)


def verify(contact: Contact) -> int:
    return verify_tickets_of(contact, how=BY_MAIL, at=NOON)


def erase(cast: Cast) -> None:
    erase_person(desk=cast.desk, contact=cast.customer, by=cast.admin, at=NOON)


def test_erasure_waits_for_an_email_that_verifies_and_opens_a_ticket(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        rocket.open_ticket(is_unverified=True)
    is_verified_event = Event()

    def receive() -> None:
        with transaction.atomic():
            verify(rocket.customer)
            is_verified_event.set()
            wait_until_blocking()
            rocket.open_ticket()

    def follow() -> None:
        assert is_verified_event.wait(10)
        erase(rocket)

    at_once(rocket, receive, follow)
    with desk_scope(rocket.desk):
        assert list(Ticket.objects.values_list("is_unverified", flat=True)) == [False, False]
        assert set(Message.objects.values_list("body_text", flat=True)) == {"[erased]"}


def test_a_contact_who_was_erased_verifies_nothing_more(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket(is_unverified=True)
        erase(rocket)
        with pytest.raises(ConflictError, match="erased"):
            verify(rocket.customer)
        ticket.refresh_from_db()
        assert ticket.is_unverified
        assert not ticket.events.filter(kind="sender.verified").exists()


def test_an_account_deleted_in_the_meantime_gets_no_ticket(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        going = Account.objects.create(desk=rocket.desk, name="Going", plan=rocket.plan)
        AccountDomain.objects.create(desk=rocket.desk, account=going, domain="going.example")
        contact = Contact.objects.create(desk=rocket.desk, email="ann@going.example")
        ticket = rocket.open_ticket(contact=contact, is_unverified=True)
    meanwhile(
        rocket, lambda: delete_account(account=going, by=rocket.admin.user), lambda: verify(contact)
    )
    with desk_scope(rocket.desk):
        ticket.refresh_from_db()
        assert (ticket.is_unverified, ticket.account) == (False, None)
        assert "Going" not in str(ticket.match_reasons)
