"""The contract of a channel: what a connector translates, and what it can do. Pure.

A connector turns what its vendor sends into items. Everything after that is the same for all
channels: no other code asks which one it was, but to show it and to answer by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar

from accounts.models import Network
from channels_intake.calls.errors import CallRefusedError, Sent
from channels_intake.models import (
    ChannelMessage,
    Connection,
    Conversation,
    OutgoingCall,
    PartState,
)
from tickets.attachments.files import NewFile
from tickets.models import Channel, Message
from tickets.queueing import Queue
from tickets.sentences.remarks import Remark

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MIB = 1024 * 1024


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


class Unit(StrEnum):
    """What a vendor counts as a character."""

    CHARS = "chars"
    WEIGHTED = "weighted"  # a link is 23, and an emoji or a letter of Chinese is 2


@dataclass(frozen=True, slots=True)
class ReplyLimits:
    """What a vendor takes as an answer.

    max_chars: of one message; None for no limit. max_bytes: of one message in UTF-8, where the
    vendor counts these. may_split: a longer answer is sent in parts. window: how long after the
    customer's last message an answer is taken; None for ever. max_files and max_file_bytes: of one
    answer; 0 files for none. files_apart: each file is a message of its own, after the text.
    refusal: why no answer can be sent from here at all, as a sentence; refusal_url: where it can
    be, or "".
    """

    max_chars: int | None = None
    max_bytes: int | None = None
    may_split: bool = True
    window: timedelta | None = None
    max_files: int = 0
    max_file_bytes: int = 0
    files_apart: bool = False
    unit: Unit = Unit.CHARS
    refusal: StrOrPromise = ""
    refusal_url: str = ""


class FactKind(StrEnum):
    """How a fact about a conversation is shown."""

    TEXT = "text"
    STARS = "stars"  # a number from 1 to 5
    LINK = "link"  # a URL, with the label as its text


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact about a conversation that its ticket shows. key: of Conversation.data."""

    key: str
    label: StrOrPromise
    kind: FactKind = FactKind.TEXT


@dataclass(frozen=True, slots=True)
class Detail:
    """A line about a connection on the admin's page, such as what it has cost this month."""

    label: StrOrPromise
    value: StrOrPromise


@dataclass(frozen=True, slots=True)
class ReplyWay:
    """One of several ways to answer, of which the agent chooses, such as publicly or privately.

    is_private: only the customer can read the answer, even where the conversation is public.
    """

    key: str
    label: StrOrPromise
    limits: ReplyLimits
    is_private: bool = False


class FieldKind(StrEnum):
    """How the admin enters a field."""

    LINE = "line"
    SEALED = "sealed"
    TEXT = "text"
    NUMBER = "number"
    YES_NO = "yes_no"
    CHOICE = "choice"
    HOSTS = "hosts"  # one host name per line
    COLOR = "color"


@dataclass(frozen=True, slots=True)
class SetupField:
    """A field of a connection's form.

    name: "external_id" and "api_url" are columns of Connection, a SEALED one is encrypted, and all
    others are in its settings. help: where the vendor shows it.
    """

    name: str
    label: StrOrPromise
    help: StrOrPromise = ""
    kind: FieldKind = FieldKind.LINE
    is_required: bool = True
    initial: Any = ""
    choices: tuple[tuple[str, StrOrPromise], ...] = ()


class Connector:
    """One channel. Its methods run inside the connection's desk, outside of any transaction.

    channel, network: of its tickets and people. icon: a symbol of the sprite. purpose: what it is
    for, in a line, where an admin chooses the kind. fields: what an admin enters. steps: what an
    admin does at the vendor, in order; "%(hook_url)s" is the URL of the webhook. api_url: the
    vendor's, which a connection may replace. allows_email: answers fall back to email once the
    vendor takes none anymore. takes_answers: False if nobody can be answered in writing there, such
    as callers. takes_notices: receipts, reminders and the like are posted into conversations that
    aren't public. facts: about a conversation, shown on its ticket. proves_author: False where
    anyone can pretend to be another person, as by a caller's number: no handle brings an account
    along. queue: the class of work that its events and polls are: INTERACTIVE if people wait for
    the next line (chat), BULK for what comes in thousands (reviews). max_body_bytes: of one
    request, as the vendor documents it.
    """

    channel: ClassVar[Channel]
    network: ClassVar[Network]
    icon: ClassVar[str]
    purpose: ClassVar[StrOrPromise] = ""
    fields: ClassVar[tuple[SetupField, ...]] = ()
    steps: ClassVar[tuple[StrOrPromise, ...]] = ()
    api_url: ClassVar[str] = ""
    allows_email: ClassVar[bool] = True
    takes_answers: ClassVar[bool] = True
    takes_notices: ClassVar[bool] = False
    facts: ClassVar[tuple[Fact, ...]] = ()
    proves_author: ClassVar[bool] = True

    queue: ClassVar[Queue] = Queue.INBOUND
    max_body_bytes: ClassVar[int] = MIB

    @property
    def is_polled(self) -> bool:
        """True if ``poll`` is implemented."""
        return type(self).poll is not Connector.poll

    def get_network(self, connection: Connection) -> Network:
        """Return the network of its people, where connections of a kind have several."""
        return self.network

    def get_limits(self, connection: Connection, conversation: Conversation) -> ReplyLimits:
        """Return what the vendor takes as an answer in a conversation."""
        raise NotImplementedError

    def list_ways(
        self, connection: Connection, conversation: Conversation, *, at: datetime
    ) -> tuple[ReplyWay, ...]:
        """Return the ways to answer, the usual one first. Empty: there is one way only.

        send() finds the key of the chosen one in call.body["way"].
        """
        return ()

    def receive(self, connection: Connection, request: Request, *, at: datetime) -> Received:
        """Check a request and return its events, or the answer to the vendor's own question.

        Raises RefusedError, and UnreadableError for a genuine request that can't be split: it is
        set aside as a whole.
        """
        raise RefusedError

    def shares_webhook(self, connection: Connection, other: Connection) -> bool:
        """Return True if a request to one connection's webhook may speak for another's place."""
        return False

    def translate(self, connection: Connection, raw: bytes) -> list[Item]:
        """Return what a stored event reports, in order. Pure. Raises UnreadableError."""
        raise NotImplementedError

    def poll(self, connection: Connection, *, at: datetime) -> Polled | None:
        """Ask the vendor for news. None if it has a webhook. Raises the errors of calls/."""
        return None

    def find_name(self, connection: Connection, person_id: str, *, at: datetime) -> str:
        """Return a person's name, if events don't say it, or "". Raises the errors of calls/."""
        return ""

    def fetch(self, connection: Connection, file: RemoteFile, *, at: datetime) -> bytes:
        """Return a file's content. Raises CallLaterError and CallRefusedError."""
        raise CallRefusedError("This channel has no files.")

    def send(self, part: ChannelMessage, call: OutgoingCall, *, at: datetime) -> Sent:
        """Send a part of an answer: call.body has its "text", and "files" with their IDs.

        part.connection.desk, part.conversation.handle and part.message are loaded.

        Returns the vendor's ID of it as content, or {"id", "conversation_id"} where it now is in
        another conversation, which goes on with the ticket. call.attempts is above 1 if an earlier
        attempt may have arrived without its response. Raises CallLaterError and CallRefusedError.
        """
        raise NotImplementedError

    def follow(
        self,
        conversation: Conversation,
        files: tuple[NewFile, ...],
        remarks: tuple[Remark, ...],
        *,
        at: datetime,
    ) -> None:
        """React to a Report, in its transaction: the conversation is locked and has the new data.

        files: of the report, already fetched. remarks: on those that couldn't be.
        """

    def watch(self, conversation: Conversation, message: Message, *, at: datetime) -> None:
        """Look at a message that was just put on its ticket, in its transaction, and react."""

    def check(self, connection: Connection, *, at: datetime) -> str:
        """Return what is wrong with the connection as a sentence, or "".

        Raises the errors of calls/ for what the vendor says itself.
        """
        return ""

    def describe(self, connection: Connection, *, at: datetime) -> tuple[Detail, ...]:
        """Return what the admin's page of the connection says about it."""
        return ()
