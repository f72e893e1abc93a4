"""The sources of emails, for agents: plain text to download."""

from __future__ import annotations

from email import message_from_bytes

from django.test import Client

from channels_intake.models import InboundMessage, InboundState, MailKind, MailState, OutgoingEmail
from helpdesk.agent.views.mails import describe_source
from tests.agent.conftest import SignIn, inside
from tests.cast import NOON, Cast
from tickets.models import Message, Ticket, TicketEvent


def receive(cast: Cast, ticket: Ticket) -> InboundMessage:
    with inside(cast):
        return InboundMessage.objects.create(
            desk=cast.desk,
            provider="raw",
            content_type="message/rfc822",
            raw=b"Subject: x\r\n\r\n<b>\x00\xff",
            received_at=NOON,
            next_try_at=NOON,
            state=InboundState.PROCESSED,
            ticket=ticket,
        )


def send(cast: Cast, ticket: Ticket, state: str = MailState.SENT) -> OutgoingEmail:
    with inside(cast):
        return OutgoingEmail.objects.create(
            desk=cast.desk,
            ticket=ticket,
            event=TicketEvent.objects.filter(ticket=ticket).first(),
            message=Message.objects.filter(ticket=ticket).first(),
            contact=cast.customer,
            kind=MailKind.REPLY,
            from_address="Rocket <support@rocket.example>",
            reply_to="support+x@rocket.example",
            to_address=cast.customer.email,
            subject="Re: The server",
            body_text="Please restart it.",
            rfc_message_id="abc@rocket.example",
            state=state,
            next_try_at=NOON,
            created_at=NOON,
        )


def test_what_came_in_is_given_byte_for_byte_as_text(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    response = client.get(f"/rocket/agent/mails/received/{receive(rocket, ticket).pk}/?download=1")
    assert response.content == b"Subject: x\r\n\r\n<b>\x00\xff"
    assert response["Content-Type"].startswith("text/plain")
    assert response["Content-Disposition"].startswith("attachment")
    assert "sandbox" in response["Content-Security-Policy"]


def test_what_went_out_is_given_as_it_was_sent(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    mail = send(rocket, ticket)
    response = client.get(f"/rocket/agent/mails/sent/{mail.pk}/?download=1")
    sent = message_from_bytes(response.content)
    assert sent["Message-ID"] == "<abc@rocket.example>"
    assert sent["To"] == rocket.customer.email
    assert "Please restart it." in response.content.decode()
    page = client.get(f"/rocket/agent/tickets/{ticket.number}/").content.decode()
    assert f"/rocket/agent/mails/sent/{mail.pk}/" in page


def test_a_mail_is_a_page_to_read_and_nothing_of_it_is_rendered(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        inbound = InboundMessage.objects.create(
            desk=rocket.desk,
            provider="raw",
            content_type="message/rfc822",
            received_at=NOON,
            next_try_at=NOON,
            state=InboundState.PROCESSED,
            ticket=ticket,
            raw=b"From: Ann <ann@acme.example>\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe_=3Cb=3E?=\r\n"
            b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
            b"<script>alert(1)</script> caf=C3=A9\x00",
        )
    url = f"/rocket/agent/mails/received/{inbound.pk}/"
    answer = client.get(url)
    page = answer.content.decode()
    assert answer["Content-Type"].startswith("text/html")
    assert "Content-Disposition" not in answer
    assert "Gr\u00fc\u00dfe &lt;b&gt;" in page
    assert "ann@acme.example" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    assert f'href="{url}?download=1"' in page
    assert f"/rocket/agent/tickets/{ticket.number}/" in page


def test_the_ticket_says_how_its_mail_fared(rocket: Cast, client: Client, ticket: Ticket) -> None:
    mail = send(rocket, ticket, MailState.QUEUED)
    page = f"/rocket/agent/tickets/{ticket.number}/"
    assert "Waiting to be sent" in client.get(page).content.decode()
    assert client.get(f"/rocket/agent/mails/sent/{mail.pk}/").status_code == 404
    with inside(rocket):
        OutgoingEmail.objects.filter(pk=mail.pk).update(
            state=MailState.FAILED, last_error="No such mailbox"
        )
    shown = client.get(page).content.decode()
    assert f"Could not be delivered to {rocket.customer.email}" in shown
    assert "No such mailbox" in shown


def test_strangers_find_no_mail(
    rocket: Cast, matter: Cast, ticket: Ticket, sign_in: SignIn
) -> None:
    for part in (f"received/{receive(rocket, ticket).pk}", f"sent/{send(rocket, ticket).pk}"):
        assert sign_in(matter.admin.user).get(f"/matter/agent/mails/{part}/").status_code == 404
        assert sign_in(rocket.customer.user).get(f"/rocket/agent/mails/{part}/").status_code == 404


def test_an_email_through_a_list_is_shown_with_its_true_from_and_its_author() -> None:
    source = (
        b"From: 'Jane' via Support <support@rocket.example>\r\nX-Original-From: Jane <j@b.example>"
    )
    shown = dict(describe_source(source + b"\r\n\r\nHello.", title="").facts)
    assert shown["From"] == "support@rocket.example"
    assert shown["Author"] == "Jane <j@b.example>"
