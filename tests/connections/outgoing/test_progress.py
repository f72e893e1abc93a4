"""Delivery states come twice, late and in any order; the newest state stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from channels_intake.connections.contract import Progress
from channels_intake.connections.outgoing.progress import apply_progress
from channels_intake.models import Connection, PartState
from tests.cast import NOON, Cast
from tests.connections.outgoing.helpers import (
    TinyConnector,
    connect,
    converse,
    deliver,
    list_parts,
    send,
)
from tickets.events import EventKind
from tickets.models import Ticket, TicketEvent
from tickets.services import reply

SENT, DELIVERED, READ = PartState.SENT, PartState.DELIVERED, PartState.READ
FAILED = PartState.FAILED
MINUTE = timedelta(minutes=1)


@pytest.fixture
def ticket(in_rocket: Cast, bot: Connection, vendor: TinyConnector) -> Ticket:
    """A ticket with a reply in two parts, which were sent."""
    ticket, _conversation = converse(in_rocket, bot)
    text = "One two three.\n\nFour five six."
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text=text, at=NOON)
    deliver(in_rocket)
    send(in_rocket)
    return ticket


def report(connection: Connection, state: PartState, place: int | None, problem: str = "") -> bool:
    """Apply a report about one part, or about all for None."""
    parts = list_parts()
    item = Progress(
        external_id="" if place is None else parts[place].external_id,
        conversation_id=parts[0].conversation.external_id,
        state=state,
        at=NOON + MINUTE,
        problem=problem,
    )
    with transaction.atomic():
        return apply_progress(connection, item, at=NOON + MINUTE)


def get_states() -> list[str]:
    return [part.state for part in list_parts()]


def list_recorded(ticket: Ticket) -> list[str]:
    kinds = [EventKind.CHANNEL_SENT, EventKind.CHANNEL_FAILED]
    events = TicketEvent.objects.filter(ticket=ticket, kind__in=kinds).order_by("pk")
    return [event.data["state"] for event in events]


@pytest.mark.parametrize(
    ("reported", "stays"),
    [
        ([DELIVERED], DELIVERED),
        ([DELIVERED, DELIVERED], DELIVERED),
        ([READ, DELIVERED], READ),
        ([DELIVERED, SENT], DELIVERED),
        ([FAILED, DELIVERED], FAILED),
        ([READ, FAILED], READ),
    ],
)
def test_only_what_is_ahead_changes_the_state(
    ticket: Ticket, bot: Connection, reported: list[PartState], stays: PartState
) -> None:
    for state in reported:
        assert report(bot, state, 0)
    assert get_states() == [stays, SENT]


def test_the_history_tells_of_the_whole_reply_once(ticket: Ticket, bot: Connection) -> None:
    report(bot, DELIVERED, 0)
    assert list_recorded(ticket) == ["sent"]
    report(bot, DELIVERED, 1)
    assert list_recorded(ticket) == ["sent", "delivered"]
    report(bot, READ, None)
    report(bot, READ, None)
    assert list_recorded(ticket) == ["sent", "delivered", "read"]
    event = TicketEvent.objects.filter(kind=EventKind.CHANNEL_SENT).first()
    assert event is not None
    assert (event.channel, event.data["to"]) == ("telegram", "Maria")


def test_a_failure_keeps_the_vendors_reason(ticket: Ticket, bot: Connection) -> None:
    report(bot, FAILED, 1, "Message undeliverable")
    assert list_parts()[1].problem == "Message undeliverable"
    event = TicketEvent.objects.get(kind=EventKind.CHANNEL_FAILED)
    assert event.data["why"] == "Message undeliverable"


def test_a_report_about_an_unknown_message_waits(
    in_rocket: Cast, ticket: Ticket, bot: Connection
) -> None:
    item = Progress("unknown", "chat", READ, NOON)
    with transaction.atomic():
        assert not apply_progress(bot, item, at=NOON)


def test_another_connection_changes_nothing(
    in_rocket: Cast, ticket: Ticket, bot: Connection
) -> None:
    other = connect(in_rocket, "Other bot")
    assert not report(other, READ, 0)
    report(other, READ, None)
    assert get_states() == [SENT, SENT]
