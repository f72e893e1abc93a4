"""Erasure while people write: work in flight is erased too, and later work is refused."""

from __future__ import annotations

from threading import Event

import pytest
from django.db import connection, transaction

from accounts.tenancy import desk_scope
from channels_intake.connections.contract import Incoming, Person
from channels_intake.connections.incoming.accepting import (
    Arrival,
    accept_message,
    lock_conversation,
)
from channels_intake.connections.registry import CONNECTORS
from channels_intake.models import ConnectionKind, OutgoingEmail
from helpdesk.privacy.erasure import erase_person
from tests.cast import NOON, Cast
from tests.connections.outgoing.helpers import TinyConnector, connect, converse
from tests.races.threads import at_once, meanwhile, wait_until_blocking
from tickets.deliveries import deliver
from tickets.errors import ConflictError
from tickets.models import EventDelivery, Message, Note, Ticket
from tickets.services import NewMessage, add_customer_message, add_note

pytestmark = pytest.mark.django_db(transaction=True)


def erase(cast: Cast) -> None:
    erase_person(desk=cast.desk, contact=cast.customer, by=cast.admin, at=NOON)


def add_message(cast: Cast, ticket: Ticket, text: str) -> Message:
    return add_customer_message(
        ticket_id=ticket.pk, contact=cast.customer, new=NewMessage(text, "email"), at=NOON
    )


@pytest.mark.parametrize("what", ["open", "answer", "note"])
def test_erasure_waits_for_work_in_flight_and_erases_it(rocket: Cast, what: str) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()

    def write() -> None:
        if what == "open":
            rocket.open_ticket(subject="A xylographquux", text="My xylographquux broke")
        elif what == "answer":
            add_message(rocket, ticket, "My xylographquux broke")
        else:
            add_note(
                ticket_id=ticket.pk, agent=rocket.analyst, text="Customer is in a hurry", at=NOON
            )

    meanwhile(rocket, write, lambda: erase(rocket))
    with desk_scope(rocket.desk):
        texts = [
            *Message.objects.values_list("body_text", flat=True),
            *Ticket.objects.values_list("subject", flat=True),
        ]
        assert "xylographquux" not in " ".join(texts)
        assert not Note.objects.filter(body_text__contains="Customer").exists()


def test_an_email_in_the_making_is_erased_too(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        rocket.open_ticket(subject="A xylographquux")
        events = list(EventDelivery.objects.values_list("event_id", flat=True))
    meanwhile(rocket, lambda: deliver(event_ids=events, at=NOON), lambda: erase(rocket))
    with desk_scope(rocket.desk):
        mails = list(OutgoingEmail.objects.values_list("to_address", "subject"))
    assert mails
    assert set(mails) == {("[erased]", "[erased]")}


def test_a_contact_who_was_erased_writes_nothing_more(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
        erase(rocket)
        with pytest.raises(ConflictError, match="erased"):
            add_message(rocket, ticket, "One more thing")
        with pytest.raises(ConflictError, match="erased"):
            rocket.open_ticket()
        assert list(Message.objects.values_list("body_text", flat=True)) == ["[erased]"]
    assert not connection.in_atomic_block


def test_erasure_and_a_chats_next_message_do_not_wait_for_each_other(
    rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(CONNECTORS, ConnectionKind.TELEGRAM, TinyConnector())
    with desk_scope(rocket.desk):
        ticket, conversation = converse(rocket, bot := connect(rocket))
    handle, is_locked = conversation.handle, Event()
    assert handle
    item = Incoming(
        "m-9", conversation.external_id, Person(handle.external_id), "A xylographquux", NOON
    )

    def write() -> None:
        with transaction.atomic():
            lock_conversation(bot, conversation.external_id, at=NOON)
            is_locked.set()
            wait_until_blocking()
            accept_message(item, Arrival(bot, NOON))

    def follow() -> None:
        assert is_locked.wait(10)
        erase_person(desk=rocket.desk, contact=ticket.contact, by=rocket.admin, at=NOON)

    at_once(rocket, write, follow)
    with desk_scope(rocket.desk):
        texts = set(Message.objects.values_list("body_text", flat=True))
        assert texts == {"[erased]"}
