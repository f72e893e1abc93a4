"""A tiny channel of the tests: its events are the items themselves, written as JSON."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import deque
from datetime import datetime
from typing import Any

from django.test import Client
from django.utils.dateparse import parse_datetime

from accounts.models import Network
from channels_intake.calls.errors import CallLaterError, CallRefusedError
from channels_intake.connections.contract import (
    Answer,
    Connector,
    Deleted,
    Echo,
    Edited,
    Ended,
    FieldKind,
    Incoming,
    Item,
    Person,
    Polled,
    Progress,
    RawEvent,
    Received,
    RefusedError,
    RemoteFile,
    ReplyLimits,
    Report,
    Request,
    SetupField,
    UnreadableError,
)
from channels_intake.models import Connection, Conversation
from tests.cast import NOON, Cast
from tickets.models import Channel

SECRET = "a secret of the tiny vendor"
KINDS: dict[str, type[Any]] = {
    "message": Incoming,
    "edited": Edited,
    "deleted": Deleted,
    "echo": Echo,
    "progress": Progress,
    "ended": Ended,
    "report": Report,
}


class TinyConnector(Connector):
    """Signed webhooks with a list of events; polls and files answer what a test has put there."""

    channel = Channel.TELEGRAM
    network = Network.TELEGRAM
    icon = "channel-telegram"
    fields = (
        SetupField("external_id", "Account"),
        SetupField("secret", "Secret", kind=FieldKind.SEALED),
        SetupField("region", "Region", is_required=False),
    )
    steps = ("Enter %(hook_url)s as the webhook.",)
    max_body_bytes = 10_000

    def __init__(self) -> None:
        self.polls: deque[Polled | Exception] = deque()
        self.files: dict[str, bytes | Exception] = {}
        self.fetched: list[str] = []
        self.problem = ""

    def get_limits(self, connection: Connection, conversation: Conversation) -> ReplyLimits:
        return ReplyLimits()

    def receive(self, connection: Connection, request: Request, *, at: datetime) -> Received:
        if request.method == "GET":
            if request.query.get("secret") != connection.secrets["secret"]:
                raise RefusedError
            return Received(answer=Answer(body=request.query["challenge"]))
        wanted = sign(request.body, connection.secrets["secret"])
        if not hmac.compare_digest(request.headers.get("X-Tiny", ""), wanted):
            raise RefusedError
        try:
            events = json.loads(request.body)["events"]
        except (ValueError, KeyError, TypeError) as error:
            raise UnreadableError from error
        raw = (RawEvent(json.dumps(event).encode(), event.pop("event_id", "")) for event in events)
        return Received(tuple(raw), Answer(202, "Stored."))

    def translate(self, connection: Connection, raw: bytes) -> list[Item]:
        try:
            event = json.loads(raw)
            event.pop("event_id", None)
            if (kind := event.pop("kind")) == "other":
                return []
            return [build_item({**event, "kind": kind})]
        except (ValueError, KeyError, TypeError) as error:
            raise UnreadableError(type(error).__name__) from error

    def poll(self, connection: Connection, *, at: datetime) -> Polled | None:
        polled = self.polls.popleft()
        if isinstance(polled, Exception):
            raise polled
        return polled

    def fetch(self, connection: Connection, file: RemoteFile, *, at: datetime) -> bytes:
        self.fetched.append(file.url)
        found = self.files.get(file.url, CallRefusedError("404"))
        if isinstance(found, Exception):
            raise found
        return found

    def check(self, connection: Connection, *, at: datetime) -> str:
        return self.problem


def build_item(event: dict[str, Any]) -> Item:
    """Return the item that an event is. Raises the errors of a wrong one."""
    given = {**event, "at": parse_datetime(event["at"])}
    kind = KINDS[given.pop("kind")]
    if isinstance(given.get("person"), dict):
        given["person"] = Person(**given["person"])
    if "files" in given:
        given["files"] = tuple(RemoteFile(**file) for file in given["files"])
    item: Item = kind(**given)
    return item


def sign(body: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def connect(cast: Cast, **changes: Any) -> Connection:
    """Connect the tiny channel to a desk, whose scope is entered."""
    given = {"kind": "telegram", "name": "Tiny", "external_id": "acme", **changes}
    connection = Connection(desk=cast.desk, **given)
    connection.enter_secrets(secret=SECRET)
    connection.save()
    return connection


def write(number: int = 1, text: str = "It does not start.", **changes: Any) -> dict[str, Any]:
    """Return a customer's message."""
    return {
        "kind": "message",
        "external_id": f"m-{number}",
        "conversation_id": "c-1",
        "person": {"external_id": "u-1", "name": "Rosa Diaz"},
        "text": text,
        "at": NOON.isoformat(),
        **changes,
    }


def report(kind: str, **values: Any) -> dict[str, Any]:
    """Return another event."""
    return {"kind": kind, "at": NOON.isoformat(), **values}


def send(
    connection: Connection,
    *events: dict[str, Any],
    desk: str = "rocket",
    token: str = "",
    body: bytes = b"",
    signature: str | None = None,
) -> int:
    """Post events to the webhook. Return the status of the response."""
    body = body or json.dumps({"events": list(events)}).encode()
    answer = Client(enforce_csrf_checks=True).post(
        f"/{desk}/channels/{token or connection.hook_token}/",
        body,
        content_type="application/json",
        headers={"X-Tiny": sign(body) if signature is None else signature},
    )
    return int(answer.status_code)


LATER = CallLaterError("The vendor is down.")
