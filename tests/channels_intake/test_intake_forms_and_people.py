"""Requests from other channels: portal, website form, an agent on behalf (M22-M24)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail

from accounts.models import Contact
from accounts.tenancy import desk_scope
from channels_intake.incoming.requests import (
    InvalidAddressError,
    accept_customer_reply,
    accept_request,
    accept_website_form,
)
from channels_intake.incoming.senders import get_or_create_contacts
from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.attachments.files import NewFile
from tickets.models import State, TicketEvent
from tickets.services import close

RunMail = Callable[..., None]


def test_a_portal_request_has_the_contacts_account_priority_files_and_copies(
    in_rocket: Cast,
) -> None:
    cast = in_rocket
    ticket = accept_request(
        desk=cast.desk,
        contact=cast.customer,
        subject="Cannot log in",
        text="Since noon.",
        priority=cast.priorities["High"],
        channel="web",
        files=(NewFile("shot.txt", "text/plain", b"x"),),
        participants=get_or_create_contacts(
            cast.desk, ["Boss@ACME.example", "new@acme.example", "no address"]
        ),
        fields={"version": "7.1"},
        by=Actor.of(cast.customer),
        at=NOON,
    )

    assert ticket.account == cast.account
    assert not ticket.is_unverified
    assert ticket.priority.name == "High"
    assert ticket.fields == {"version": "7.1"}
    emails = set(ticket.participants.values_list("contact__email", flat=True))
    assert emails == {"boss@acme.example", "new@acme.example"}
    assert ticket.messages.get().attachments.get().name == "shot.txt"


def test_a_portal_request_gets_a_receipt_without_the_portal_hint(
    rocket: Cast, run_mail: RunMail
) -> None:
    with desk_scope(rocket.desk):
        accept_request(
            desk=rocket.desk,
            contact=rocket.customer,
            subject="Cannot log in",
            text="Since noon.",
            by=Actor.of(rocket.customer),
            at=NOON,
        )
    run_mail(rocket.desk)

    (sent,) = mail.outbox
    assert sent.subject.endswith("] We received your request: Cannot log in")
    assert "support portal" not in sent.body


def test_an_agent_opens_a_ticket_on_behalf_and_only_the_follow_up_goes_out(
    rocket: Cast, run_mail: RunMail
) -> None:
    with desk_scope(rocket.desk):
        ticket = accept_request(
            desk=rocket.desk,
            contact=rocket.customer,
            subject="Call of this morning",
            text="They phoned.",
            channel="phone",
            by=Actor.of(rocket.analyst),
            at=NOON,
        )
        event = TicketEvent.objects.get(ticket=ticket, kind="ticket.opened")
        assert event.actor_name == "Analyst"
        assert ticket.channel == "phone"
        assert ticket.match_reasons == [{"code": "opened_by_agent", "agent": "Analyst"}]
    run_mail(rocket.desk)

    assert ["Your call" in sent.subject for sent in mail.outbox] == [True]


def test_the_website_form_verifies_nothing(in_rocket: Cast) -> None:
    ticket = accept_website_form(
        desk=in_rocket.desk,
        email="Customer@acme.example",
        name="Evil",
        subject="Hi",
        text="x",
        at=NOON,
    )

    assert ticket.is_unverified
    assert ticket.account is None
    assert ticket.contact == in_rocket.customer
    in_rocket.customer.refresh_from_db()
    assert in_rocket.customer.name == "Customer"


def test_the_website_form_refuses_an_invalid_address(in_rocket: Cast) -> None:
    with pytest.raises(InvalidAddressError, match="not an email address"):
        accept_website_form(
            desk=in_rocket.desk, email="a@b@c", name="", subject="Hi", text="x", at=NOON
        )

    assert not Contact.objects.filter(email__contains="@c").exists()


def test_a_thousand_forms_with_one_address_send_three_mails_without_their_text(
    rocket: Cast, run_mail: RunMail
) -> None:
    with desk_scope(rocket.desk):
        for number in range(12):
            accept_website_form(
                desk=rocket.desk,
                email="victim@free.example",
                name="Buy pills",
                subject="Buy pills now",
                text=f"pills {number}",
                at=NOON + timedelta(minutes=number),
            )
    run_mail(rocket.desk, at=NOON + timedelta(hours=1))

    assert len(mail.outbox) == 3
    assert not any("pills" in str(sent.message()).lower() for sent in mail.outbox)


def test_a_portal_reply_reopens_the_ticket_or_opens_a_follow_up(in_rocket: Cast) -> None:
    cast = in_rocket
    ticket = cast.open_ticket()
    close(ticket_id=ticket.pk, by=Actor.of(cast.analyst), at=NOON)

    early = accept_customer_reply(
        ticket=ticket, contact=cast.customer, text="Still broken", at=NOON + timedelta(days=1)
    )
    assert early.ticket_id == ticket.pk
    ticket = type(ticket).objects.get(pk=ticket.pk)
    assert ticket.status == State.OPEN

    close(ticket_id=ticket.pk, by=Actor.of(cast.analyst), at=NOON + timedelta(days=2))
    late = accept_customer_reply(
        ticket=ticket, contact=cast.customer, text="Broken again", at=NOON + timedelta(days=60)
    )
    assert late.ticket.follow_up_of == ticket
    assert late.ticket.channel == "web"
