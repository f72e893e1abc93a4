"""Storing and processing of events of the tiny channel, inside of a desk."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from channels_intake.connections.contract import RawEvent
from channels_intake.connections.incoming.processing import process_due_events
from channels_intake.connections.incoming.storing import store_events
from channels_intake.models import ChannelEvent, Connection
from tests.cast import NOON
from tickets.models import Ticket


def store(connection: Connection, *events: dict[str, Any], at: datetime = NOON) -> None:
    """Store events as a webhook or a poll does."""
    store_events(connection, [RawEvent(json.dumps(event).encode()) for event in events], at=at)


def process(connection: Connection, *, at: datetime = NOON) -> int:
    """Process the events that are due. Return how many."""
    return process_due_events(connection_id=connection.pk, at=at)


def accept(connection: Connection, *events: dict[str, Any], at: datetime = NOON) -> None:
    """Store and process events, one after the other."""
    for event in events:
        store(connection, event, at=at)
        process(connection, at=at)


def get_ticket() -> Ticket:
    """Return the only ticket."""
    return Ticket.objects.get()


def list_states() -> list[tuple[str, str]]:
    """Return state and reason of the events, in order."""
    return list(ChannelEvent.objects.order_by("pk").values_list("state", "reason"))
