"""What a fake of a vendor is: it answers requests, keeps a log, and acts as its people do."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import requests

HOOK_SECONDS = 10
LOG_LINES = 200


@dataclass(frozen=True, slots=True)
class Call:
    """A request to the vendor. path: without the vendor's own prefix. Header names: any case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""

    def get_header(self, name: str) -> str:
        """Return the value of a header, "" if there is none."""
        return next((v for key, v in self.headers.items() if key.lower() == name.lower()), "")

    def json(self) -> Any:
        """Return the body's JSON, or None if it isn't any."""
        try:
            return json.loads(self.body or b"null")
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Reply:
    """The vendor's response. content: JSON, or bytes with their Content-Type in the headers."""

    status: int = 200
    content: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LogLine:
    """What came in ("in": a request to the vendor) or went out ("out": a webhook's delivery)."""

    direction: str
    what: str
    status: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PlayField:
    """A field of a form of the playground. kind: as in FieldKind: line, text, number, choice.

    initial: what it says at first, so that one click is enough to see something arrive.
    """

    name: str
    label: str
    kind: str = "line"
    initial: str = ""
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Play:
    """Something that a person does at the vendor, as the playground offers it."""

    action: str
    label: str
    fields: tuple[PlayField, ...] = ()
    help: str = ""


class FakeVendor:
    """One vendor. Subclasses answer in ``answer`` and act in ``play``.

    name: its prefix in URLs. title, kinds, plays: what the playground says and offers for
    connections of these kinds (ConnectionKind). site: the path of a page for people, "" for none.
    url: where it listens. fail_next lets the next requests go wrong, is_down all of them;
    loses_answers takes each request but hangs up before the response.
    """

    name: ClassVar[str]
    title: ClassVar[str] = ""
    kinds: ClassVar[tuple[str, ...]] = ()
    plays: ClassVar[tuple[Play, ...]] = ()
    site: ClassVar[str] = ""

    def __init__(self) -> None:
        self.url = ""
        self.lock = threading.RLock()
        self.log: deque[LogLine] = deque(maxlen=LOG_LINES)
        self.next_replies: deque[Reply] = deque()
        self.is_down = False
        self.loses_answers = False
        self.first_number = 0

    def begin_at(self, number: int) -> None:
        """Count IDs from this number on: a fake forgets at its end, and Plumbline doesn't."""
        self.first_number = number

    def answer(self, call: Call) -> Reply:
        """Return the vendor's response to a request."""
        raise NotImplementedError

    def play(self, action: str, data: Mapping[str, Any]) -> Any:
        """Act as somebody at the vendor does, such as write a message. Return JSON.

        "connect" tells the fake of a connection: {"kind", "name", "external_id", "url": of its
        webhook, "secrets", "settings", "desk": its name}. In every other action of the playground,
        "connection" is the external_id. Each desk has a fake of its own there.
        """
        raise NotImplementedError

    def fail_next(self, status: int, content: Any = None, **headers: str) -> None:
        """Let the next request fail in this way. Underscores in names of headers are hyphens."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.next_replies.append(Reply(status, content, named))

    def respond(self, call: Call) -> Reply:
        """Return the response to a request, and log both."""
        with self.lock:
            reply = self.next_replies.popleft() if self.next_replies else self.answer(call)
            detail = call.body[:2000].decode(errors="replace")
            self.log.append(LogLine("in", f"{call.method} {call.path}", reply.status, detail))
        return reply

    def deliver(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Send a webhook and return the status that came back, or 0 if none did."""
        try:
            sent = requests.post(url, data=body, headers=dict(headers), timeout=HOOK_SECONDS)
            status = sent.status_code
        except requests.RequestException:
            status = 0
        self.log.append(LogLine("out", f"POST {url}", status, body[:2000].decode(errors="replace")))
        return status
