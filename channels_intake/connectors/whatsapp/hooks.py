"""Webhooks of the WhatsApp Business Platform, split into one event per message and status.

One URL gets the events of all numbers of an account; the number's ID is in the metadata.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from channels_intake.connections.contract import RawEvent, Received, Request
from channels_intake.connections.reading import find_id, find_part, get_line, list_parts
from channels_intake.connectors.meta.hooks import answer_handshake, name_place, pack, read_signed
from channels_intake.models import Connection

ABOUT = "whatsapp_business_account"
PARTS = {"messages": "message", "statuses": "status", "message_echoes": "echo"}


def receive_whatsapp(connection: Connection, request: Request) -> Received:
    """Return the events of a request. Raises RefusedError and UnreadableError."""
    if request.method == "GET":
        return answer_handshake(connection, request)
    body = read_signed(connection, request, about=ABOUT)
    changes = [
        change for entry in list_parts(body, "entry") for change in list_parts(entry, "changes")
    ]
    events = [event for change in changes for event in _split(change)]
    return Received(tuple(name_place(event, connection) for event in events))


def _split(change: Mapping[str, Any]) -> Iterator[RawEvent]:
    value = find_part(change, "value")
    place = find_id(find_part(value, "metadata"), "phone_number_id")
    for parts, kind in PARTS.items():
        for part in list_parts(value, parts):
            content = {"id": place, "contacts": value.get("contacts"), kind: part}
            yield RawEvent(pack(content), _name(kind, part), place)


def _name(kind: str, part: Mapping[str, Any]) -> str:
    """Return the ID of an event. A message has several statuses, each of which comes once."""
    return ":".join((kind, find_id(part, "id"), get_line(part, "status")))
