"""A reply into a conversation is sent once, however many workers and clicks there are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from accounts.tenancy import desk_scope
from channels_intake.calls.errors import CallRefusedError
from channels_intake.connections.outgoing.answering import send_reply
from channels_intake.connections.outgoing.resending import send_again
from channels_intake.connections.registry import CONNECTORS
from channels_intake.models import ConnectionKind, OutgoingCall
from tests.cast import NOON, Cast
from tests.connections.outgoing.helpers import (
    TinyConnector,
    connect,
    converse,
    deliver,
    list_parts,
    send,
)
from tests.races.threads import at_once
from tickets.errors import ConflictError
from tickets.events import EventKind
from tickets.models import Message, TicketEvent
from tickets.services import reply

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = "One two three.\n\nFour five six."


@pytest.fixture
def vendor(monkeypatch: pytest.MonkeyPatch) -> TinyConnector:
    connector = TinyConnector()
    monkeypatch.setitem(CONNECTORS, ConnectionKind.TELEGRAM, connector)
    return connector


@pytest.fixture
def message(transactional_db: None, rocket: Cast, vendor: TinyConnector) -> Iterator[Message]:
    """A reply in two parts, whose follower hasn't run."""
    with desk_scope(rocket.desk):
        ticket, _conversation = converse(rocket, connect(rocket))
        yield reply(ticket_id=ticket.pk, agent=rocket.analyst, text=TEXT, at=NOON)


def test_ten_followers_and_workers_at_once_send_each_part_once(
    rocket: Cast, vendor: TinyConnector, message: Message
) -> None:
    event = TicketEvent.objects.get(kind=EventKind.AGENT_REPLIED)
    at_once(rocket, *[lambda: send_reply(event)] * 5)
    assert len(list_parts()) == OutgoingCall.objects.count() == 2
    at_once(rocket, *[lambda: send(rocket)] * 5)
    assert [text for text, _files, _way in vendor.sent] == ["One two three.", "Four five six."]


def test_five_clicks_send_a_failed_reply_again_once(
    rocket: Cast, vendor: TinyConnector, message: Message
) -> None:
    deliver(rocket)
    vendor.answers.append(CallRefusedError("Blocked"))
    send(rocket)
    found = at_once(rocket, *[lambda: send_again(message, agent=rocket.analyst, at=NOON)] * 5)
    assert sorted(isinstance(one, ConflictError) for one in found) == [False, *[True] * 4]
    send(rocket)
    assert len(vendor.sent) == 2
