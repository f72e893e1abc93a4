"""An address is proven while its person is erased: one waits for the other, and none fails."""

from __future__ import annotations

from threading import Event

import pytest
from django.db import transaction

from accounts.models import Contact
from accounts.tenancy import desk_scope
from channels_intake.proof import take_over_unverified
from helpdesk.privacy.erasure import erase_person
from tests.cast import NOON, Cast
from tests.races.hands import at_once, wait_until_locked_out
from tickets.errors import Overtaken
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db(transaction=True)


def prove(contact: Contact) -> int:
    return take_over_unverified(contact, how="a test", at=NOON)


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
        with pytest.raises(Overtaken, match="erased"):
            prove(rocket.customer)
        ticket.refresh_from_db()
        assert ticket.is_unverified
        assert not ticket.events.filter(kind="sender.proven").exists()
