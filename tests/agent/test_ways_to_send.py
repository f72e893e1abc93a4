"""The ways to send a reply, by the status that the ticket has then."""

from __future__ import annotations

from django.test import Client
from django.utils import timezone

from accounts.models import Desk
from tests.agent.conftest import inside
from tests.cast import Cast
from tickets.actors import Actor
from tickets.models import Ticket
from tickets.services import close


def name_states(cast: Cast, **words: str) -> None:
    Desk.objects.filter(pk=cast.desk.pk).update(state_words=words)


def list_labels(client: Client, ticket: Ticket) -> list[str]:
    page = client.get(f"/rocket/agent/tickets/{ticket.number}/")
    return [one.label for one in page.context["composer"].sendings]


def test_each_is_named_by_the_desks_word(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        name_states(rocket, waiting="On the customer")
    assert "Send and set to On the customer" in list_labels(client, ticket)


def test_two_that_share_a_word_are_told_apart(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        name_states(rocket, waiting="Open", investigating="Open")
    labels = list_labels(client, ticket)
    assert "Send and wait for the customer" in labels
    assert "Send and start investigating" in labels
    assert len(set(labels)) == len(labels)
    assert not any("Open" in label for label in labels)


def test_a_closed_ticket_stays_closed(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        close(ticket_id=ticket.pk, by=Actor.of(rocket.analyst), at=timezone.now())
    assert len(list_labels(client, ticket)) == 1
