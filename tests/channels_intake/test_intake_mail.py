"""An email becomes a ticket (M25, M33, M77, M78, M111)."""

from __future__ import annotations

from collections.abc import Callable

from accounts.models import Contact
from accounts.tenancy import desk_scope
from channels_intake.models import InboundMessage, InboundState
from tests.cast import Cast
from tests.channels_intake.conftest import make_mail
from tests.clocks import get_clock
from tickets.models import Message, Ticket

TakeIn = Callable[..., InboundMessage]


def test_a_customers_mail_becomes_a_ticket_of_the_account(rocket: Cast, take_in: TakeIn) -> None:
    inbound = take_in(make_mail(files=[("log.pdf", b"%PDF-1.4 log")]))

    assert inbound.state == InboundState.PROCESSED, inbound.explanation
    with desk_scope(rocket.desk):
        ticket = Ticket.objects.get()
        assert ticket.contact == rocket.customer
        assert ticket.account == rocket.account
        assert ticket.channel == "email"
        assert ticket.priority.name == "Medium"
        assert ticket.department == rocket.departments["paid"]
        assert ticket.assignee is not None
        assert get_clock(ticket).due_at is not None
        assert not ticket.is_unverified
        message = Message.objects.get()
        assert message.body_text.strip() == "Since this morning nothing works."
        assert [file.name for file in message.attachments.all()] == ["log.pdf"]
    assert inbound.ticket == ticket
    assert inbound.message == message


def test_a_new_person_of_an_authenticated_domain_becomes_a_contact_of_the_account(
    rocket: Cast, take_in: TakeIn
) -> None:
    take_in(make_mail("New Person <new@acme.example>"))

    with desk_scope(rocket.desk):
        contact = Contact.objects.get(email="new@acme.example")
        assert contact.account == rocket.account
        assert contact.name == "New Person"


def test_mail_from_a_free_mail_address_goes_to_the_community(rocket: Cast, take_in: TakeIn) -> None:
    take_in(make_mail("somebody@gmail.com"))

    with desk_scope(rocket.desk):
        ticket = Ticket.objects.get()
        assert ticket.account is None
        assert not ticket.is_unverified
        assert ticket.department == rocket.departments["community"]


def test_failed_authentication_gets_no_account_and_changes_no_contact(
    rocket: Cast, take_in: TakeIn
) -> None:
    take_in(make_mail("Evil <customer@acme.example>", authentication="fail"))

    with desk_scope(rocket.desk):
        ticket = Ticket.objects.get()
        assert ticket.is_unverified
        assert ticket.account is None
        rocket.customer.refresh_from_db()
        assert rocket.customer.name == "Customer"
        assert rocket.customer.account == rocket.account


def test_a_contact_created_by_unverified_mail_has_no_account(rocket: Cast, take_in: TakeIn) -> None:
    with desk_scope(rocket.desk):
        rocket.mailbox.unverified_mail = "match"
        rocket.mailbox.save()
    take_in(make_mail("fresh@acme.example", authentication="none"))

    with desk_scope(rocket.desk):
        ticket = Ticket.objects.get()
        assert ticket.account == rocket.account
        assert ticket.contact.account is None


def test_unverified_mail_has_no_account_where_the_mailbox_says_so(
    rocket: Cast, take_in: TakeIn
) -> None:
    with desk_scope(rocket.desk):
        rocket.mailbox.unverified_mail = "hold"
        rocket.mailbox.save()
    take_in(make_mail(authentication="none"))

    with desk_scope(rocket.desk):
        ticket = Ticket.objects.get()
        assert ticket.is_unverified
        assert ticket.account is None


def test_addresses_in_cc_do_not_become_followers(rocket: Cast, take_in: TakeIn) -> None:
    take_in(make_mail(Cc="attacker@evil.example", Reply_To="attacker@evil.example"))

    with desk_scope(rocket.desk):
        ticket = Ticket.objects.get()
        assert not ticket.participants.exists()
        assert "attacker@evil.example" in Message.objects.get().remark_data[0]["addresses"]
        assert not Contact.objects.filter(email="attacker@evil.example").exists()


def test_mail_to_an_unknown_address_fails(rocket: Cast, take_in: TakeIn) -> None:
    inbound = take_in(make_mail(to="nobody@unknown.example"))

    assert inbound.state == InboundState.FAILED
    assert inbound.desk_id is None
    assert "nobody@unknown.example" in inbound.explanation
    with desk_scope(rocket.desk):
        assert not Ticket.objects.exists()


def test_the_mail_servers_recipient_counts_before_the_headers(
    rocket: Cast, matter: Cast, take_in: TakeIn
) -> None:
    take_in(make_mail(to="support@rocket.example"), recipient="support@matter.example")

    with desk_scope(rocket.desk):
        assert not Ticket.objects.exists()
    with desk_scope(matter.desk):
        assert Ticket.objects.get().account is None  # acme is no customer of this desk


def test_text_with_nul_bytes_is_kept_without_them(rocket: Cast, take_in: TakeIn) -> None:
    take_in(make_mail().replace(b"nothing works", b"nothing\x00 works"))

    with desk_scope(rocket.desk):
        assert "nothing works" in Message.objects.get().body_text


def test_a_mail_without_a_readable_sender_is_quarantined(rocket: Cast, take_in: TakeIn) -> None:
    inbound = take_in(make_mail().replace(b"From: customer@acme.example", b"From: (nobody)"))

    assert inbound.state == InboundState.QUARANTINED
    assert inbound.desk == rocket.desk


def test_a_mail_with_too_much_html_says_so(rocket: Cast, take_in: TakeIn) -> None:
    headers = (
        b"From: customer@acme.example\r\nTo: support@rocket.example\r\nContent-Type: text/html"
    )
    take_in(headers + b"\r\n\r\n" + b"<p>word</p>\r\n" * 40_000)

    with desk_scope(rocket.desk):
        message = Message.objects.get()
        assert {"code": "html_cut"} in message.remark_data
        assert message.body_html.endswith("<p>[…]</p>")
