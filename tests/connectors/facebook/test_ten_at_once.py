"""Meta sends the same event ten times at once, on connections of their own: one message."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from accounts.tenancy import desk_scope
from channels_intake.connections.incoming.processing import process_due_events
from channels_intake.connections.incoming.storing import receive_request
from channels_intake.models import ChannelEvent, ChannelMessage, Connection
from tests.cast import Cast
from tests.connectors.graph import connect, load, make_request
from tests.races.threads import at_once
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db(transaction=True)
PLACES = {
    ("facebook", "message"): "682498302938465",
    ("facebook", "comment"): "682498302938465",
    ("instagram", "message"): "17841405822304914",
    ("whatsapp", "text"): "106540352242922",
}


@pytest.fixture(autouse=True)
def no_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody answers what a person is called."""
    monkeypatch.setattr(
        "channels_intake.connectors.meta.connector.MetaConnector.find_name", lambda *_, **__: ""
    )


def deliver(connection: Connection, payload: Any) -> None:
    body = json.dumps(payload).encode()
    receive_request(connection, make_request(body), at=timezone.now())
    process_due_events(connection_id=connection.pk, at=timezone.now())


@pytest.mark.parametrize(("kind", "name"), PLACES)
def test_ten_at_once_are_one_message(rocket: Cast, kind: str, name: str) -> None:
    with desk_scope(rocket.desk):
        connection = connect(rocket, kind, PLACES[kind, name])
    work: Callable[[], None] = partial(deliver, connection, load(kind, name))
    at_once(rocket, *[work] * 10)
    with desk_scope(rocket.desk):
        process_due_events(connection_id=connection.pk, at=timezone.now())
        assert [event.state for event in ChannelEvent.objects.all()] == ["processed"]
        assert (Ticket.objects.count(), Message.objects.count()) == (1, 1)
        assert ChannelMessage.objects.count() == 1
