"""What an event of a channel reports: messages, what becomes of them, and whose they are. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from channels_intake.models import PartState


@dataclass(frozen=True, slots=True)
class Person:
    """The author of a message. external_id: stable at the network; name: as they are shown there.

    email: only one that the vendor has verified.
    """

    external_id: str
    name: str = ""
    email: str = ""
    scope: str = ""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file at a vendor. url: where its connector fetches it. size: in bytes, or 0 if unknown."""

    url: str
    name: str = ""
    content_type: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message from a customer.

    conversation_id: the vendor's thread. subject: for a new ticket; "" to take it from the text.
    is_public: others can read it. language: as the vendor says it, or "". data: facts about the
    conversation, such as a review's rating, kept with it.
    """

    external_id: str
    conversation_id: str
    person: Person
    text: str
    at: datetime
    files: tuple[RemoteFile, ...] = ()
    subject: str = ""
    is_public: bool = False
    language: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Edited:
    """A message that its author has changed. The first text stays; the new one is noted.

    reopens: it is a new statement, such as a changed review: the new text is added to the ticket as
    a message, and a closed ticket is open again. With conversation_id and person, that also opens a
    ticket for a message from before the connection was made. data: as in Incoming.
    """

    external_id: str
    text: str
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    reopens: bool = False
    conversation_id: str = ""
    person: Person | None = None


@dataclass(frozen=True, slots=True)
class Deleted:
    """A message that its author has deleted at the vendor. It stays here, and that is noted.

    at: when, if the vendor says that.
    """

    external_id: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Echo:
    """A message that the company sent by this connection, perhaps outside of Plumbline.

    What Plumbline sent itself is recognized by its ID, or by its text while the response to the
    sending is awaited. Everything else is shown on the ticket, changes no status, and isn't sent.
    """

    external_id: str
    conversation_id: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """What became of a message that was sent. external_id "": all before ``at``."""

    external_id: str
    conversation_id: str
    state: PartState
    at: datetime
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Ended:
    """The customer or the vendor ended the conversation. transcript: as text, kept as a file."""

    conversation_id: str
    at: datetime
    transcript: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """New facts about a conversation, such as that a call was taken; no message of the customer.

    data: kept with the conversation, unless something newer is known. files: for the connector's
    ``follow``, such as a recording. begins: it needs no message, such as a call that an agent made.
    """

    conversation_id: str
    at: datetime
    data: Mapping[str, Any]
    files: tuple[RemoteFile, ...] = ()
    begins: bool = False


Item = Incoming | Edited | Deleted | Echo | Progress | Ended | Report
