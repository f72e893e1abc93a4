"""The page that splits a message off a ticket."""

from __future__ import annotations

from django.test import Client

from tests.agent.conftest import inside
from tests.cast import Cast
from tickets.models import Ticket


def test_a_double_click_opens_one_ticket(rocket: Cast, client: Client, ticket: Ticket) -> None:
    url = f"/rocket/agent/tickets/{ticket.number}/split/"
    page = client.get(url)
    assert "Since this morning nothing works." in page.content.decode()
    with inside(rocket):
        message = ticket.messages.get()
    token = page.context["form"]["form_token"].value()
    given = {"message": message.pk, "subject": "Another matter", "form_token": token}
    first, second = client.post(url, given), client.post(url, given)
    assert first.url == second.url
    opened = client.get(first.url).content.decode()
    assert "Another matter" in opened
    assert f"RC-{ticket.number}" in opened
    with inside(rocket):
        assert Ticket.objects.count() == 2


def test_a_message_of_another_ticket_is_refused(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        other = rocket.open_ticket().messages.get()
    url = f"/rocket/agent/tickets/{ticket.number}/split/"
    given = {"message": other.pk, "subject": "What I typed", "form_token": "t" * 20}
    answer = client.post(url, given)
    assert answer.status_code == 422
    assert "What I typed" in answer.content.decode()
