"""Replies and notes in Markdown: in the conversation, the email, the portal and the preview."""

from __future__ import annotations

from django.test import Client

from channels_intake.models import OutgoingEmail
from tests.agent.conftest import SignIn, inside
from tests.agent.test_answers import answers_of, form
from tests.cast import Cast
from tickets.deliveries import deliver_due
from tickets.models import Message, Note, Ticket, TicketEvent

TEXT = "**Restart** it:\n\n1. stop\n2. start"


def test_a_reply_is_formatted_for_the_customer_and_keeps_its_source_as_text(
    rocket: Cast, client: Client, ticket: Ticket, sign_in: SignIn
) -> None:
    with inside(rocket):
        client.post(answers_of(ticket), form(ticket, body=TEXT))
        message = Message.objects.get(agent=rocket.analyst)
        assert message.body_text == TEXT
        assert "<strong>Restart</strong>" in message.body_html
        at = TicketEvent.objects.latest("pk").at
        deliver_due(desk_id=rocket.desk.pk, at=at)
        mail = OutgoingEmail.objects.filter(message=message).latest("pk")
        assert TEXT in mail.body_text
        assert "<strong>Restart</strong>" in mail.body_html
    page = client.get(f"/rocket/agent/tickets/{ticket.number}/").content.decode()
    assert "<strong>Restart</strong>" in page
    portal = sign_in(rocket.customer.user).get(f"/rocket/portal/requests/{ticket.number}/")
    assert "<strong>Restart</strong>" in portal.content.decode()


def test_a_plain_reply_looks_as_it_was_typed(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        client.post(answers_of(ticket), form(ticket, body="One\nTwo"))
        assert Message.objects.get(agent=rocket.analyst).body_html == ""


def test_a_note_is_formatted_and_links_to_what_it_mentions(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        body = f"**See** RC-{ticket.number} <script>"
        client.post(answers_of(ticket), form(ticket, kind="note", body=body))
        assert Note.objects.get().body_text == body
    page = client.get(f"/rocket/agent/tickets/{ticket.number}/").content.decode()
    assert "<strong>See</strong>" in page
    assert f'<a href="/rocket/agent/tickets/{ticket.number}/" rel="noopener noreferrer">' in page
    assert "&lt;script&gt;" in page


def test_the_preview_stores_nothing(rocket: Cast, client: Client, ticket: Ticket) -> None:
    url = f"/rocket/agent/tickets/{ticket.number}/preview/"
    with inside(rocket):
        count = Message.objects.count()
        shown = client.post(url, {"kind": "reply", "body": TEXT}).content.decode()
        assert "<strong>Restart</strong>" in shown
        assert "Nothing to preview yet." in client.post(url, {"kind": "note"}).content.decode()
        assert Message.objects.count() == count


def test_strangers_get_no_preview(
    rocket: Cast, matter: Cast, ticket: Ticket, sign_in: SignIn
) -> None:
    url = f"/rocket/agent/tickets/{ticket.number}/preview/"
    assert sign_in(matter.analyst.user).post(url, {"body": TEXT}).status_code == 404
    assert sign_in(rocket.observer.user).post(url, {"body": TEXT}).status_code == 403
