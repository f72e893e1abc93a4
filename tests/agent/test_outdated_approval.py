"""What was approved is what is sent: a reply that was held, or crossed, needs approval again."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Agent
from tests.agent.conftest import SignIn, inside
from tests.agent.test_reply_approval import (
    add_message,
    approve,
    list_sent,
    page_of,
    url_of,
    write,
)
from tests.agent.test_scheduled_replies import in_days
from tests.cast import Cast
from tickets.actors import Actor
from tickets.models import HeldReason, Participant, PendingReply, State, Ticket
from tickets.replies.sending import send_if_due
from tickets.services import close


@pytest.fixture(autouse=True)
def trainee(rocket: Cast) -> Agent:
    """The analyst of the first desk, whose replies need approval."""
    with inside(rocket):
        rocket.analyst.needs_approval = True
        rocket.analyst.save()
    return rocket.analyst


def approve_for_later(rocket: Cast, client: Client, ticket: Ticket, lead: Client) -> PendingReply:
    pending = write(client, ticket, send_at=in_days(2))
    assert "Reply approved." in approve(lead, ticket, pending)
    pending.refresh_from_db()
    return pending


def test_a_reply_held_for_other_recipients_is_approved_again_before_it_is_sent(
    rocket: Cast, client: Client, ticket: Ticket, sign_in: SignIn
) -> None:
    with inside(rocket):
        lead = sign_in(rocket.lead.user)
        pending = approve_for_later(rocket, client, ticket, lead)
        Participant.objects.create(
            desk=rocket.desk, ticket=ticket, contact=rocket.elsewhere, added_at=timezone.now()
        )
        assert send_if_due(reply_id=pending.pk, at=pending.send_at)
        pending.refresh_from_db()
        assert pending.held_reason == HeldReason.RECIPIENTS
        assert "Ask for approval" in client.get(page_of(ticket)).content.decode()
        page = client.post(url_of(ticket, pending, "send"), follow=True).content.decode()
        assert "Your reply is waiting for approval." in page
        assert list_sent(ticket) == []
        pending.refresh_from_db()
        assert (pending.awaits_approval, pending.approver, pending.held_at) == (True, None, None)
        assert "Check them, then approve it again." in approve(lead, ticket, pending)
        approve(lead, ticket, pending, new_recipients="1")
        assert list_sent(ticket) == ["Please restart it."]


def test_a_customers_message_after_the_approval_needs_another_one(
    rocket: Cast, client: Client, ticket: Ticket, sign_in: SignIn
) -> None:
    with inside(rocket):
        lead = sign_in(rocket.lead.user)
        pending = approve_for_later(rocket, client, ticket, lead)
        add_message(rocket, ticket)
        client.post(url_of(ticket, pending, "send"))
        assert list_sent(ticket) == []
        assert PendingReply.objects.get().awaits_approval


def test_what_was_approved_and_is_unchanged_can_be_sent_before_its_time(
    rocket: Cast, client: Client, ticket: Ticket, sign_in: SignIn
) -> None:
    with inside(rocket):
        pending = approve_for_later(rocket, client, ticket, sign_in(rocket.lead.user))
        client.post(url_of(ticket, pending, "send"))
        assert list_sent(ticket) == ["Please restart it."]


def test_an_approver_is_told_that_the_ticket_was_closed_and_it_stays_closed(
    rocket: Cast, client: Client, ticket: Ticket, sign_in: SignIn
) -> None:
    with inside(rocket):
        pending, lead = write(client, ticket), sign_in(rocket.lead.user)
        close(ticket_id=ticket.pk, by=Actor.of(rocket.lead), at=timezone.now())
        assert "was closed since this reply was written" in approve(lead, ticket, pending)
        assert list_sent(ticket) == []
        page = lead.get(page_of(ticket)).content.decode()
        assert "The ticket was closed in the meantime." in page
        assert 'name="closed" value="1"' in page
        approve(lead, ticket, pending, closed="1")
        assert list_sent(ticket) == ["Please restart it."]
        assert Ticket.objects.get(pk=ticket.pk).status == State.CLOSED
