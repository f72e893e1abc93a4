"""An address is proven while its person is erased or its account deleted: one waits for the other, and none fails."""

from __future__ import annotations

from threading import Event

import pytest
from django.db import transaction

from accounts.account_deletion import delete_account
from accounts.models import Account, AccountDomain, Contact
from accounts.tenancy import desk_scope
from channels_intake.incoming.verification import BY_MAIL, verify_tickets_of
from helpdesk.privacy.erasure import erase_person
from tests.cast import NOON, Cast
from tests.races.hands import at_once, meanwhile, wait_until_locked_out
from tickets.errors import ConflictError
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db(transaction=True)


def prove(contact: Contact) -> int:
    return verify_tickets_of(contact, how=BY_MAIL, at=NOON)


def erase(cast: Cast) -> None:
    erase_person(desk=cast.desk, contact=cast.customer, by=cast.admin, at=NOON)


def test_a_mail_that_proves_and_then_opens_a_ticket_lets_an_erasure_wait(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        rocket.open_ticket(is_unverified=True)
    has_proven = Event()

    def take_in() -> None:
        with transaction.atomic():
            prove(rocket.customer)
            has_proven.set()
            wait_until_locked_out()
            rocket.open_ticket()

    def follow() -> None:
        assert has_proven.wait(10)
        erase(rocket)

    at_once(rocket, take_in, follow)
    with desk_scope(rocket.desk):
        assert list(Ticket.objects.values_list("is_unverified", flat=True)) == [False, False]
        assert set(Message.objects.values_list("body_text", flat=True)) == {"[erased]"}


def test_who_is_erased_meanwhile_proves_nothing_more(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket(is_unverified=True)
        erase(rocket)
        with pytest.raises(ConflictError, match="erased"):
            prove(rocket.customer)
        ticket.refresh_from_db()
        assert ticket.is_unverified
        assert not ticket.events.filter(kind="sender.verified").exists()


def test_an_account_that_is_deleted_meanwhile_gets_nothing(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        going = Account.objects.create(desk=rocket.desk, name="Going", plan=rocket.plan)
        AccountDomain.objects.create(desk=rocket.desk, account=going, domain="going.example")
        contact = Contact.objects.create(desk=rocket.desk, email="ann@going.example")
        ticket = rocket.open_ticket(contact=contact, is_unverified=True)
    meanwhile(
        rocket, lambda: delete_account(account=going, by=rocket.admin.user), lambda: prove(contact)
    )
    with desk_scope(rocket.desk):
        ticket.refresh_from_db()
        assert (ticket.is_unverified, ticket.account) == (False, None)
        assert not any("Going" in reason.values() for reason in ticket.match_reasons)
