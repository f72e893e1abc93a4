"""Requests to a webhook and the events in them, as they are stored; what a poll returns. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


class UnreadableError(Exception):
    """An event isn't as the vendor documents it. It is set aside."""


class ForeignError(UnreadableError):
    """An event is about a page or number that isn't this connection's. It is set aside."""


class RefusedError(Exception):
    """A request isn't the vendor's: its signature is missing or wrong. Nothing is stored."""


@dataclass(frozen=True, slots=True)
class RawEvent:
    """One event of a request, to be stored. event_id: the vendor's, or "" for a hash of it.

    place: the vendor's ID of the page that it is about, where a request may have events of several.
    It is stored with the desk's connection of that kind and ID, if both share the webhook.
    """

    raw: bytes
    event_id: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a webhook responds. status: HTTP's."""

    status: int = 200
    body: str = ""
    content_type: str = "text/plain"


@dataclass(frozen=True, slots=True)
class Request:
    """A request to a webhook. Header names have any case."""

    method: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""

    def get_header(self, name: str) -> str:
        """Return the value of a header, "" if there is none."""
        return next((v for key, v in self.headers.items() if key.lower() == name.lower()), "")


@dataclass(frozen=True, slots=True)
class Received:
    """The events of a genuine request, and what to respond once they are stored."""

    events: tuple[RawEvent, ...] = ()
    answer: Answer = Answer()


@dataclass(frozen=True, slots=True)
class Polled:
    """What a poll has found. cursor: where the next one continues. next_at: when."""

    events: tuple[RawEvent, ...]
    cursor: Mapping[str, Any]
    next_at: datetime
