"""Signatures: the agent's own and the mailbox's, below replies by email only."""

from __future__ import annotations

from django.test import Client
from django.utils import timezone

from channels_intake.models import Mailbox, OutgoingEmail
from tests.agent.conftest import SignIn, inside
from tests.cast import Cast
from tickets.deliveries import deliver_due
from tickets.models import Message, Ticket
from tickets.services import reply

URL = "/rocket/agent/signature/"


def send(cast: Cast, ticket: Ticket, text: str = "Done.") -> OutgoingEmail:
    at = timezone.now()
    message = reply(ticket_id=ticket.pk, agent=cast.analyst, text=text, at=at)
    deliver_due(desk_id=cast.desk.pk, at=at)
    return OutgoingEmail.objects.filter(message=message).latest("pk")


def test_an_agent_saves_their_own_and_it_is_below_their_replies_by_email(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    assert client.post(URL, {"signature": "Ana Souza\r\n<Support>"}).status_code == 303
    assert "Ana Souza\n&lt;Support&gt;" in client.get(URL).content.decode()
    with inside(rocket):
        rocket.analyst.refresh_from_db()
        Mailbox.objects.update(signature="Rocket, https://rocket.example")
        mail = send(rocket, ticket)
        below = "-- \nAna Souza\n<Support>\n\nRocket, https://rocket.example\n\n"
        assert f"Done.\n\n{below}" in mail.body_text
        assert "Ana Souza<br>&lt;Support&gt;" in mail.body_html
        assert Message.objects.latest("pk").body_text == "Done."


def test_without_one_the_email_is_as_before(rocket: Cast, ticket: Ticket) -> None:
    with inside(rocket):
        mail = send(rocket, ticket)
        assert "Done.\n\n-- \n" in mail.body_text


def test_a_long_one_is_refused_and_kept_in_the_form(rocket: Cast, client: Client) -> None:
    response = client.post(URL, {"signature": "x" * 1001})
    assert response.status_code == 422
    assert "x" * 1001 in response.content.decode()


def test_observers_and_strangers_have_none(rocket: Cast, matter: Cast, sign_in: SignIn) -> None:
    assert sign_in(rocket.observer.user).get(URL).status_code == 403
    assert sign_in(matter.analyst.user).post(URL, {"signature": "x"}).status_code == 404
    with inside(rocket):
        rocket.analyst.refresh_from_db()
        assert rocket.analyst.signature == ""
