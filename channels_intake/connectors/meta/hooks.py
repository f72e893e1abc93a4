"""Webhooks of Meta: the handshake, the signature, and the events of a request.

An app has one URL per object, to which Meta sends the events of all pages that the app is
subscribed to. Each event is stored alone, with the ID of its page, so that none waits for another
and each is stored once however often Meta sends it. Source: "Webhooks" of the Graph API.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.crypto import constant_time_compare

from channels_intake.connections.client import read_secrets
from channels_intake.connections.contract import (
    Answer,
    RawEvent,
    Received,
    RefusedError,
    Request,
    UnreadableError,
)
from channels_intake.connections.reading import find_id, find_part, list_parts, read_object
from channels_intake.connectors.meta.signature import is_genuine
from channels_intake.models import Connection

_CHALLENGE = re.compile(r"[A-Za-z0-9_.-]{1,200}")


def receive_page(connection: Connection, request: Request, *, about: str) -> Received:
    """Return the events of a request about a page or an Instagram account. about: the object.

    Raises RefusedError and UnreadableError.
    """
    if request.method == "GET":
        return answer_handshake(connection, request)
    body = read_signed(connection, request, about=about)
    events = [event for entry in list_parts(body, "entry") for event in _split(entry)]
    return Received(tuple(name_place(event, connection) for event in events))


def answer_handshake(connection: Connection, request: Request) -> Received:
    """Return the challenge if the verify token is ours."""
    query, expected = request.query, read_secrets(connection).get("verify_token", "")
    challenge = query.get("hub.challenge", "")
    is_ours = bool(expected) and constant_time_compare(query.get("hub.verify_token", ""), expected)
    if query.get("hub.mode") != "subscribe" or not is_ours or not _CHALLENGE.fullmatch(challenge):
        raise RefusedError
    return Received(answer=Answer(body=challenge))


def read_signed(connection: Connection, request: Request, *, about: str) -> Mapping[str, Any]:
    """Return the body of a signed request. about: the object that it must be about."""
    secret = read_secrets(connection).get("app_secret", "")
    if not is_genuine(request, secret):
        raise RefusedError
    body = read_object(request.body)
    if body.get("object") != about:
        raise UnreadableError("object")
    return body


def is_same_app(connection: Connection, other: Connection) -> bool:
    """Return True if two connections are of one app, which has one URL for both."""
    secrets = [read_secrets(one).get("app_secret", "") for one in (connection, other)]
    return bool(secrets[0]) and constant_time_compare(*secrets)


def name_place(event: RawEvent, connection: Connection) -> RawEvent:
    """Return an event without a place if it is about the connection's own page."""
    is_own = event.place == connection.external_id
    return RawEvent(event.raw, event.event_id, "" if is_own else event.place)


def pack(content: Mapping[str, Any]) -> bytes:
    """Return the body of a stored event."""
    return json.dumps(content, separators=(",", ":")).encode()


def _split(entry: Mapping[str, Any]) -> Iterator[RawEvent]:
    """Yield the events of an entry, each with what is needed to read it alone."""
    place = find_id(entry, "id")
    for event in list_parts(entry, "messaging"):
        # Without the time of the entry, which is that of the sending: the same event twice is one.
        yield RawEvent(pack({"id": place, "messaging": event}), _name_message(event), place)
    changes = list_parts(entry, "changes") or ([entry] if "field" in entry else [])
    for change in changes:
        kept = {"field": change.get("field"), "value": change.get("value")}
        raw = pack({"id": place, "time": entry.get("time"), "change": kept})
        yield RawEvent(raw, _name_comment(kept), place)
    for event in list_parts(entry, "standby"):
        # Another app has the conversation; its messages are none of ours.
        yield RawEvent(pack({"id": place, "standby": event}), "", place)


def _name_message(event: Mapping[str, Any]) -> str:
    message = find_part(event, "message")
    if not (mid := find_id(message, "mid")):
        return ""
    kind = "deleted" if message.get("is_deleted") else "echo" if message.get("is_echo") else "sent"
    return f"{kind}:{mid}"


def _name_comment(change: Mapping[str, Any]) -> str:
    """Return the ID of a new comment's event. An edit has none: it can happen several times."""
    value = find_part(change, "value")
    if change.get("field") == "comments":
        return f"comment:{find_id(value, 'id')}"
    comment = find_id(value, "comment_id")
    return f"comment:{comment}" if comment and value.get("verb") == "add" else ""
