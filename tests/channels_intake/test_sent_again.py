"""An agent sends a failed email again: one click, once, to the people who still get it (M16)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from accounts.tenancy import desk_scope
from channels_intake.models import MailState, OutgoingEmail
from channels_intake.outgoing.resending import send_mails_again
from channels_intake.outgoing.tracking import mark_failed
from sla.explaining.verification import verify_tickets
from sla.models import ClockKind
from tests.cast import NOON, Cast
from tests.channels_intake.test_bounces import Scene, make_scene
from tests.clocks import get_clock, list_entry_kinds
from tickets.actors import Actor
from tickets.deliveries import deliver_due
from tickets.errors import ConflictError, NotAllowedError
from tickets.events import EventKind
from tickets.models import Channel, State, Ticket, TicketEvent
from tickets.services import add_customer_message, change_requester, change_status
from tickets.services.common import NewMessage

RunMail = Callable[..., None]
FIRST = ClockKind.FIRST_RESPONSE
BOUNCED, AGAIN = NOON + timedelta(hours=1), NOON + timedelta(hours=2)


@pytest.fixture
def scene(rocket: Cast, run_mail: RunMail) -> Scene:
    """A first response whose email came back."""
    scene = make_scene(rocket, run_mail)
    bounce(rocket, scene)
    return scene


def bounce(cast: Cast, scene: Scene) -> None:
    with desk_scope(cast.desk):
        sent = OutgoingEmail.objects.select_related("ticket__desk").get(pk=scene.sent.pk)
        mark_failed(sent, reason="550 5.1.1 User unknown", at=BOUNCED)
        deliver_due(desk_id=cast.desk.pk, at=BOUNCED)


def send_again(cast: Cast, scene: Scene) -> None:
    send_mails_again(message=scene.sent.message, agent=cast.analyst, at=AGAIN)


def test_one_click_sends_it_once_to_the_address_that_is_right_now(
    rocket: Cast, scene: Scene, run_mail: RunMail
) -> None:
    before = len(mail.outbox)
    with desk_scope(rocket.desk):
        rocket.customer.email = "right@acme.example"
        rocket.customer.save()
        send_again(rocket, scene)
        with pytest.raises(ConflictError):  # a double click
            send_again(rocket, scene)
    run_mail(rocket.desk, at=AGAIN)
    run_mail(rocket.desk, at=AGAIN)

    [sent] = mail.outbox[before:]
    assert sent.to == ["right@acme.example"]
    assert sent.extra_headers["Message-ID"] == f"<{scene.sent.rfc_message_id}>"
    with desk_scope(rocket.desk):
        assert OutgoingEmail.objects.get(pk=scene.sent.pk).state == MailState.SENT
        event = TicketEvent.objects.get(kind=EventKind.REPLY_SENT_AGAIN)
        assert (event.actor_id, event.data["to"]) == (rocket.analyst.pk, "right@acme.example")
        assert scene.ticket.messages.filter(agent__isnull=False).count() == 1


def test_it_answers_the_customer_from_then_on_and_may_fail_again(
    rocket: Cast, scene: Scene
) -> None:
    with desk_scope(rocket.desk):
        ticket = Ticket.objects.get(pk=scene.ticket.pk)
        assert (ticket.status, ticket.first_responded_at) == (State.INVESTIGATING, None)
        send_again(rocket, scene)
        ticket.refresh_from_db()
        assert (ticket.status, ticket.first_responded_at) == (State.WAITING, AGAIN)
        assert ticket.unanswered_since is None
        assert get_clock(ticket, FIRST).met_at == AGAIN
    bounce(rocket, scene)
    with desk_scope(rocket.desk):
        ticket.refresh_from_db()
        assert (ticket.status, ticket.first_responded_at) == (State.INVESTIGATING, None)
        assert list_entry_kinds(ticket, FIRST) == ["started", "met", "resumed", "met", "resumed"]
        assert [each for each in verify_tickets(desk_id=rocket.desk.pk) if each.differences] == []


def test_it_moves_no_ticket_that_went_on_meanwhile(rocket: Cast, scene: Scene) -> None:
    with desk_scope(rocket.desk):
        new = NewMessage(text="Hello?", channel=Channel.EMAIL)
        add_customer_message(
            ticket_id=scene.ticket.pk, contact=rocket.customer, new=new, at=BOUNCED
        )
        send_again(rocket, scene)
        ticket = Ticket.objects.get(pk=scene.ticket.pk)
        assert (ticket.status, ticket.first_responded_at) == (State.OPEN, None)
        assert ticket.unanswered_since is not None


def test_not_to_people_who_left_the_ticket_or_were_erased(rocket: Cast, scene: Scene) -> None:
    with desk_scope(rocket.desk):
        change_requester(
            ticket_id=scene.ticket.pk,
            contact=rocket.customer_colleague,
            by=Actor.of(rocket.lead),
            at=BOUNCED,
        )
        with pytest.raises(ConflictError, match="no longer gets"):
            send_again(rocket, scene)
        assert OutgoingEmail.objects.get(pk=scene.sent.pk).state == MailState.FAILED


def test_observers_and_other_desks_send_nothing(
    rocket: Cast, matter: Cast, scene: Scene, client: Client
) -> None:
    with desk_scope(rocket.desk), pytest.raises(NotAllowedError):
        send_mails_again(message=scene.sent.message, agent=rocket.observer, at=AGAIN)
    path = f"agent/tickets/{scene.ticket.number}/answers/{scene.sent.message_id}/email-again/"
    client.force_login(matter.analyst.user)
    assert client.post(f"/matter/{path}").status_code == 404
    client.force_login(rocket.observer.user)
    assert client.post(f"/rocket/{path}").status_code == 403
    with desk_scope(rocket.desk):
        assert OutgoingEmail.objects.get(pk=scene.sent.pk).state == MailState.FAILED


def test_the_page_says_why_it_failed_and_has_the_button(
    rocket: Cast, scene: Scene, client: Client
) -> None:
    url = f"/rocket/agent/tickets/{scene.ticket.number}/"
    again = f"{url}answers/{scene.sent.message_id}/email-again/"
    client.force_login(rocket.observer.user)
    assert again not in client.get(url).content.decode()
    client.force_login(rocket.analyst.user)
    page = client.get(url).content.decode()
    assert again in page
    assert "550 5.1.1 User unknown" in page
    assert client.post(again, follow=True).status_code == 200
    assert again not in client.get(url).content.decode()
    with desk_scope(rocket.desk):
        assert OutgoingEmail.objects.get(pk=scene.sent.pk).state == MailState.QUEUED


def test_a_status_that_an_agent_chose_stays(rocket: Cast, scene: Scene) -> None:
    with desk_scope(rocket.desk):
        for move in ("wait_for_customer", "investigate"):
            change_status(
                ticket_id=scene.ticket.pk, move=move, by=Actor.of(rocket.analyst), at=BOUNCED
            )
        send_again(rocket, scene)
        assert Ticket.objects.get(pk=scene.ticket.pk).status == State.INVESTIGATING
