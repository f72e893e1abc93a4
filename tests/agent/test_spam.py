"""Marking a ticket as spam, and blocking its sender."""

from __future__ import annotations

import pytest
from django.test import Client

from channels_intake.models import BlockedSender, OutgoingEmail
from tests.agent.conftest import SignIn, inside
from tests.cast import Cast
from tickets.models import CloseReason, State, Ticket


@pytest.fixture
def spam(rocket: Cast) -> Ticket:
    """A ticket of a stranger."""
    with inside(rocket):
        return rocket.open_ticket(contact=rocket.stranger, subject="You have won")


def get_url(ticket: Ticket, part: str = "") -> str:
    return f"/rocket/agent/tickets/{ticket.number}/{part}"


def test_spam_is_closed_without_an_email_and_can_be_reopened(
    rocket: Cast, client: Client, spam: Ticket
) -> None:
    client.post(get_url(spam, "spam/"), {"block": ""})
    with inside(rocket):
        spam.refresh_from_db()
        assert (spam.status, spam.close_reason) == (State.CLOSED, CloseReason.SPAM)
        assert not OutgoingEmail.objects.filter(ticket=spam, kind="closed").exists()
        assert not BlockedSender.objects.exists()
    client.post(get_url(spam, "reopening/"))
    with inside(rocket):
        spam.refresh_from_db()
        assert spam.status == State.OPEN


def test_the_sender_is_blocked_if_chosen(rocket: Cast, client: Client, spam: Ticket) -> None:
    address = rocket.stranger.email
    page = client.post(get_url(spam, "spam/"), {"block": address}, follow=True).content.decode()
    assert f"{address} is blocked." in page
    with inside(rocket):
        blocked = BlockedSender.objects.get()
        assert (blocked.value, blocked.blocked_by) == (address, rocket.analyst)


def test_only_admins_are_offered_the_domain(
    rocket: Cast, client: Client, sign_in: SignIn, spam: Ticket
) -> None:
    assert "Block everyone at" not in client.get(get_url(spam, "spam/")).content.decode()
    admin = sign_in(rocket.admin.user)
    assert "Block everyone at" in admin.get(get_url(spam, "spam/")).content.decode()
    domain = rocket.stranger.email.rpartition("@")[2]
    assert client.post(get_url(spam, "spam/"), {"block": domain}).status_code == 422


def test_a_customers_domain_is_not_blocked_and_the_ticket_stays_open(
    rocket: Cast, sign_in: SignIn, ticket: Ticket
) -> None:
    domain = rocket.customer.email.rpartition("@")[2]
    answer = sign_in(rocket.admin.user).post(get_url(ticket, "spam/"), {"block": domain})
    assert answer.status_code == 422
    with inside(rocket):
        ticket.refresh_from_db()
        assert ticket.status == State.OPEN
