"""A reply that fails at a channel is no answer, as one whose email bounces (M16)."""

from __future__ import annotations

from datetime import timedelta

from channels_intake.calls.errors import CallRefusedError
from channels_intake.connections.outgoing.resending import send_again, send_by_email
from channels_intake.models import Connection, OutgoingEmail
from sla.explaining.verification import verify_tickets
from tests.cast import NOON, Cast
from tests.connections.outgoing.helpers import TinyConnector, converse, deliver, send
from tickets.events import EventKind
from tickets.models import Message, State, Ticket
from tickets.services import reply

HOUR = timedelta(hours=1)


def fail_reply(cast: Cast, bot: Connection, vendor: TinyConnector) -> tuple[Ticket, Message]:
    ticket, _conversation = converse(cast, bot)
    message = reply(ticket_id=ticket.pk, agent=cast.analyst, text="Hello.", at=NOON)
    deliver(cast)
    vendor.answers.append(CallRefusedError("The person blocked the page."))
    send(cast)
    deliver(cast)
    ticket.refresh_from_db()
    return ticket, message


def test_the_first_response_is_owed_again_until_it_is_sent_again(
    in_rocket: Cast, bot: Connection, vendor: TinyConnector
) -> None:
    ticket, message = fail_reply(in_rocket, bot, vendor)
    assert (ticket.status, ticket.first_responded_at) == (State.INVESTIGATING, None)
    assert ticket.events.filter(kind=EventKind.RESPONSE_LOST).count() == 1

    send_again(message, agent=in_rocket.analyst, at=NOON + HOUR)
    send(in_rocket, NOON + HOUR)
    deliver(in_rocket, NOON + HOUR)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.first_responded_at) == (State.WAITING, NOON + HOUR)
    assert [one for one in verify_tickets(desk_id=in_rocket.desk.pk) if one.differences] == []


def test_an_email_instead_answers_too(
    in_rocket: Cast, bot: Connection, vendor: TinyConnector
) -> None:
    ticket, message = fail_reply(in_rocket, bot, vendor)
    ticket.contact.email = "maria@x.example"
    ticket.contact.save()
    for _click in range(2):
        send_by_email(message, agent=in_rocket.analyst, at=NOON + HOUR)
    deliver(in_rocket)
    ticket.refresh_from_db()
    assert ticket.first_responded_at == NOON + HOUR
    assert OutgoingEmail.objects.filter(kind="reply").count() == 1
    assert ticket.events.filter(kind=EventKind.REPLY_SENT_AGAIN).count() == 1


def test_a_later_reply_that_fails_leaves_the_first_response_met(
    in_rocket: Cast, bot: Connection, vendor: TinyConnector
) -> None:
    ticket, _conversation = converse(in_rocket, bot)
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="One.", at=NOON)
    deliver(in_rocket)
    send(in_rocket)
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Two.", at=NOON + HOUR)
    deliver(in_rocket, NOON + HOUR)
    vendor.answers.append(CallRefusedError("Blocked"))
    send(in_rocket, NOON + HOUR)
    deliver(in_rocket, NOON + HOUR)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.first_responded_at) == (State.INVESTIGATING, NOON)
