"""Rocket.Chat sends the same event ten times at once: one message, with or without an ID."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from django.utils import timezone

from accounts.tenancy import desk_scope
from channels_intake.connections.contract import Request
from channels_intake.connections.incoming.processing import process_due_events
from channels_intake.connections.incoming.storing import receive_request
from channels_intake.models import ChannelEvent, ChannelMessage, Connection
from tests.cast import Cast
from tests.connectors.omnichannel.workspace import Workspace, connect
from tests.races.threads import at_once
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db(transaction=True)
PAYLOADS = Path(__file__).parent / "payloads"


def deliver(connection: Connection, body: bytes) -> None:
    headers = {"X-RocketChat-Livechat-Token": "hook"}
    receive_request(connection, Request("POST", {}, headers, body), at=timezone.now())
    process_due_events(connection_id=connection.pk, at=timezone.now())


@pytest.mark.parametrize("name", ["message", "offline"])
def test_ten_at_once_are_one_message(rocket: Cast, name: str) -> None:
    with desk_scope(rocket.desk):
        connection = connect(rocket, Workspace())
    body = (PAYLOADS / f"{name}.json").read_bytes()
    at_once(rocket, *[partial(deliver, connection, body)] * 10)
    with desk_scope(rocket.desk):
        process_due_events(connection_id=connection.pk, at=timezone.now())
        assert [event.state for event in ChannelEvent.objects.all()] == ["processed"]
        assert (Ticket.objects.count(), Message.objects.count()) == (1, 1)
        assert ChannelMessage.objects.count() == 1
