"""The composer says who gets a reply by email and why, and who may not get it."""

from __future__ import annotations

from django.test import Client
from django.utils import timezone

from channels_intake.models import MailState, OutgoingEmail
from tests.agent.conftest import inside
from tests.cast import Cast
from tickets.actors import Actor
from tickets.deliveries import deliver_due
from tickets.models import Ticket
from tickets.services import add_participant, reply


def list_shown(client: Client, ticket: Ticket) -> list[tuple[str, str, str]]:
    page = client.get(f"/rocket/agent/tickets/{ticket.number}/")
    recipients = page.context["composer"].recipients
    return [(one.address, one.why, one.problem) for one in recipients]


def test_the_requester_and_the_followers_get_it(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        add_participant(
            ticket_id=ticket.pk,
            contact=rocket.customer_colleague,
            by=Actor.of(rocket.analyst),
            at=timezone.now(),
        )
    assert list_shown(client, ticket) == [
        (rocket.customer.email, "Requester", ""),
        (rocket.customer_colleague.email, "Follower (CC)", ""),
    ]


def test_a_failed_email_is_named_until_a_later_one_arrives(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        at = timezone.now()
        reply(ticket_id=ticket.pk, agent=rocket.analyst, text="Hi", at=at)
        deliver_due(desk_id=rocket.desk.pk, at=at)
        OutgoingEmail.objects.filter(message__isnull=False).update(state=MailState.FAILED)
    ((_address, _why, problem),) = list_shown(client, ticket)
    assert problem == "The last email to this address couldn't be delivered."


def test_an_unverified_sender_is_named(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        Ticket.objects.filter(pk=ticket.pk).update(is_unverified=True)
    ((_address, _why, problem),) = list_shown(client, ticket)
    assert problem == "Unverified sender: this address could be forged."
