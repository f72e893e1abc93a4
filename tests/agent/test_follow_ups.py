"""The page that opens a follow-up of a closed ticket."""

from __future__ import annotations

from django.test import Client

from tests.agent.conftest import inside
from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.models import Ticket
from tickets.services import close

GIVEN = {"subject": "It is back", "text": "The customer called again.", "form_token": "t" * 20}


def test_a_double_click_opens_one_linked_ticket(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    page = f"/rocket/agent/tickets/{ticket.number}/"
    assert "Open a follow-up" not in client.get(page).content.decode()
    with inside(rocket):
        close(ticket_id=ticket.pk, by=Actor.of(rocket.analyst), at=NOON)
    assert "Open a follow-up" in client.get(page).content.decode()
    first, second = (client.post(f"{page}follow-up/", GIVEN) for _ in range(2))
    assert first.url == second.url
    with inside(rocket):
        opened = ticket.follow_ups.get()
        assert (opened.contact, opened.account) == (ticket.contact, ticket.account)
    assert f"RC-{ticket.number}" in client.get(first.url).content.decode()


def test_an_unverified_sender_gets_no_account_by_a_follow_up(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        ticket = rocket.open_ticket(is_unverified=True)
    answer = client.post(f"/rocket/agent/tickets/{ticket.number}/follow-up/", GIVEN)
    assert answer.status_code == 422
    assert "It is back" in answer.content.decode()
    with inside(rocket):
        assert not ticket.follow_ups.exists()
