"""Copies: followers get the request and the customers' later messages (M87)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail

from accounts.models import Contact
from accounts.tenancy import desk_scope
from channels_intake.models import InboundMessage, MailKind, OutgoingEmail, ReplyToken
from channels_intake.outgoing.automatic_mail import MAX_COPIES
from helpdesk.privacy.erasure import erase_person
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import make_mail
from tickets.actors import Actor
from tickets.attachments.files import NewFile
from tickets.models import Message, Ticket
from tickets.services import (
    NewMessage,
    add_customer_message,
    add_note,
    add_participant,
    remove_participant,
)

TakeIn = Callable[..., InboundMessage]
RunMail = Callable[..., None]
COWORKER = "coworker@acme.example"


def list_copies() -> dict[str, str]:
    """Return the texts of the copies sent so far, by recipient."""
    sent = {message.to[0]: str(message.body) for message in mail.outbox}
    return {to: body for to, body in sent.items() if "wrote" in body}


def say(cast: Cast, ticket: Ticket, contact: Contact, text: str, **fields: bool) -> Message:
    new = NewMessage(text, "email", **fields)
    return add_customer_message(ticket_id=ticket.pk, contact=contact, new=new, at=NOON)


def follow(cast: Cast, ticket: Ticket, contact: Contact) -> None:
    by = Actor.of(cast.analyst)
    add_participant(ticket_id=ticket.pk, contact=contact, by=by, at=NOON)


@pytest.fixture
def ticket(rocket: Cast, run_mail: RunMail) -> Ticket:
    """A ticket with a follower, whose first emails were sent."""
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket(participants=[rocket.customer_colleague])
    run_mail(rocket.desk)
    return ticket


def test_followers_get_the_request_with_its_files(rocket: Cast, run_mail: RunMail) -> None:
    with desk_scope(rocket.desk):
        file = NewFile("log.txt", "text/plain", b"of the server")
        ticket = rocket.open_ticket(
            participants=[rocket.customer_colleague], files=(file,), text="It is <down>."
        )
        add_note(ticket_id=ticket.pk, agent=rocket.analyst, text="canary", at=NOON)
    run_mail(rocket.desk)
    receipt, copy = mail.outbox
    assert (receipt.to, copy.to) == (["customer@acme.example"], [COWORKER])
    assert copy.subject == f"The server does not start [{ticket.reference}]"
    assert "Customer wrote" in copy.body
    assert "It is <down>." in copy.body
    assert "It is &lt;down&gt;." in copy.alternatives[0][0]
    assert [name for name, _content, _type in copy.attachments] == ["log.txt"]
    assert copy.extra_headers["Auto-Submitted"] == "auto-replied"
    assert "canary" not in str(copy.message())
    with desk_scope(rocket.desk):
        token = ReplyToken.objects.get(contact=rocket.customer_colleague)
    assert copy.reply_to == [f"support+{token.token}@rocket.example"]


def test_followers_get_the_customers_later_messages(
    rocket: Cast, ticket: Ticket, run_mail: RunMail
) -> None:
    mail.outbox.clear()
    with desk_scope(rocket.desk):
        say(rocket, ticket, rocket.customer, "It happened again.")
    run_mail(rocket.desk)
    assert list(list_copies()) == [COWORKER]
    assert "Customer wrote about request RC-1001:" in list_copies()[COWORKER]
    assert "It happened again." in list_copies()[COWORKER]


def test_a_followers_message_reaches_the_requester_and_the_other_followers(
    rocket: Cast, ticket: Ticket, run_mail: RunMail
) -> None:
    with desk_scope(rocket.desk):
        follow(rocket, ticket, rocket.manager)
    run_mail(rocket.desk)
    mail.outbox.clear()
    with desk_scope(rocket.desk):
        say(rocket, ticket, rocket.customer_colleague, "Same here.")
    run_mail(rocket.desk)
    assert sorted(list_copies()) == ["boss@acme.example", "customer@acme.example"]


def test_a_follower_who_is_added_later_gets_the_request(
    rocket: Cast, ticket: Ticket, run_mail: RunMail
) -> None:
    with desk_scope(rocket.desk):
        say(rocket, ticket, rocket.customer, "Later words.")
    run_mail(rocket.desk)
    mail.outbox.clear()
    with desk_scope(rocket.desk):
        follow(rocket, ticket, rocket.stranger)
        follow(rocket, ticket, rocket.stranger)
    run_mail(rocket.desk)
    to_stranger = [sent for sent in mail.outbox if sent.to == [rocket.stranger.email]]
    assert len(to_stranger) == 1
    assert "Since this morning nothing works." in to_stranger[0].body


def test_a_machines_message_is_not_copied(rocket: Cast, ticket: Ticket, run_mail: RunMail) -> None:
    mail.outbox.clear()
    with desk_scope(rocket.desk):
        say(rocket, ticket, rocket.customer, "I am away.", is_automatic=True)
    run_mail(rocket.desk)
    assert mail.outbox == []


def test_people_in_cc_of_the_email_itself_get_no_second_one(
    rocket: Cast, ticket: Ticket, take_in: TakeIn, run_mail: RunMail
) -> None:
    with desk_scope(rocket.desk):
        follow(rocket, ticket, rocket.manager)
        receipt = OutgoingEmail.objects.get(kind=MailKind.RECEIPT)
    run_mail(rocket.desk)
    mail.outbox.clear()
    take_in(make_mail(In_Reply_To=f"<{receipt.rfc_message_id}>", Cc=COWORKER))
    run_mail(rocket.desk)
    with desk_scope(rocket.desk):
        assert ticket.messages.count() == 2
    assert list(list_copies()) == ["boss@acme.example"]


def test_two_machines_stop_writing_to_each_other(
    rocket: Cast, ticket: Ticket, run_mail: RunMail
) -> None:
    with desk_scope(rocket.desk):
        for _ in range(MAX_COPIES + 5):
            say(rocket, ticket, rocket.customer, "Out of office, but no header says so.")
    run_mail(rocket.desk)
    with desk_scope(rocket.desk):
        assert OutgoingEmail.objects.filter(kind=MailKind.COPY).count() == MAX_COPIES
        say(rocket, ticket, rocket.customer, "The next day.")
    run_mail(rocket.desk, at=NOON + timedelta(days=1, minutes=1))


def test_a_stranger_cannot_have_their_words_sent_to_other_people(
    rocket: Cast, run_mail: RunMail
) -> None:
    with desk_scope(rocket.desk):
        victim = Contact.objects.create(desk=rocket.desk, email="victim@other.example")
        ticket = rocket.open_ticket(contact=rocket.stranger, participants=[victim])
        say(rocket, ticket, rocket.stranger, "Buy this.")
    run_mail(rocket.desk)
    assert list_copies() == {}
    with desk_scope(rocket.desk):
        ticket.participants.all().delete()
        follow(rocket, ticket, victim)  # an agent vouches for it
        say(rocket, ticket, rocket.stranger, "More.")
    run_mail(rocket.desk)
    assert [sent.to for sent in mail.outbox].count(["victim@other.example"]) == 2


def test_a_removed_follower_gets_nothing_more_and_loses_their_reply_address(
    rocket: Cast, ticket: Ticket, run_mail: RunMail
) -> None:
    with desk_scope(rocket.desk):
        by, out = Actor.of(rocket.analyst), rocket.customer_colleague
        assert ReplyToken.objects.filter(contact=out).exists()
        remove_participant(ticket_id=ticket.pk, contact=out, by=by, at=NOON)
    run_mail(rocket.desk)
    mail.outbox.clear()
    with desk_scope(rocket.desk):
        say(rocket, ticket, rocket.customer, "Between us.")
    run_mail(rocket.desk)
    assert mail.outbox == []
    with desk_scope(rocket.desk):
        assert not ReplyToken.objects.filter(contact=out).exists()
        assert ReplyToken.objects.filter(contact=rocket.customer).exists()


def test_a_follower_who_is_back_keeps_their_reply_address(
    rocket: Cast, ticket: Ticket, run_mail: RunMail
) -> None:
    with desk_scope(rocket.desk):
        by, again = Actor.of(rocket.analyst), rocket.customer_colleague
        remove_participant(ticket_id=ticket.pk, contact=again, by=by, at=NOON)
        follow(rocket, ticket, again)
    run_mail(rocket.desk)
    with desk_scope(rocket.desk):
        assert ReplyToken.objects.filter(contact=again).exists()


def test_an_erased_person_gets_no_copy(rocket: Cast, ticket: Ticket, run_mail: RunMail) -> None:
    mail.outbox.clear()
    with desk_scope(rocket.desk):
        person = rocket.customer_colleague
        erase_person(desk=rocket.desk, contact=person, by=rocket.admin, at=NOON)
        say(rocket, ticket, rocket.customer, "Again.")
    run_mail(rocket.desk)
    assert mail.outbox == []


def test_copies_of_an_erased_persons_words_are_erased_too(
    rocket: Cast, ticket: Ticket, run_mail: RunMail
) -> None:
    with desk_scope(rocket.desk):
        say(rocket, ticket, rocket.customer_colleague, "My own words.")
    run_mail(rocket.desk)
    with desk_scope(rocket.desk):
        copies = OutgoingEmail.objects.filter(body_text__contains="My own words.")
        assert copies.count() == 1
        person = rocket.customer_colleague
        erase_person(desk=rocket.desk, contact=person, by=rocket.admin, at=NOON)
        assert not copies.exists()


def test_another_desk_and_its_people_get_nothing(
    rocket: Cast, matter: Cast, ticket: Ticket, run_mail: RunMail
) -> None:
    mail.outbox.clear()
    with desk_scope(matter.desk):
        theirs = matter.open_ticket(participants=[matter.manager])
    with desk_scope(rocket.desk):
        say(rocket, ticket, rocket.customer, "Ours.")
    run_mail(rocket.desk)
    assert list(list_copies()) == [COWORKER]
    run_mail(matter.desk)
    assert sorted(list_copies()) == ["boss@globex.example", COWORKER]
    assert theirs.reference in list_copies()["boss@globex.example"]
