"""The base of all connectors: safe defaults for what a channel can't do."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from accounts.models import Network
from channels_intake.calls.errors import CallRefusedError, Sent
from channels_intake.connections.contract.answers import ReplyLimits, ReplyWay
from channels_intake.connections.contract.events import Polled, Received, RefusedError, Request
from channels_intake.connections.contract.items import Item, RemoteFile
from channels_intake.connections.contract.shown import Detail, Fact, SetupField
from channels_intake.models import ChannelMessage, Connection, Conversation, OutgoingCall
from tickets.attachments.files import NewFile
from tickets.models import Channel, Message
from tickets.queueing import Queue
from tickets.sentences.remarks import Remark

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MIB = 1024 * 1024


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
        """Return what the vendor takes as an answer in a conversation, if it takes_answers."""
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
        """Return a file's content. Raises CallLaterError and CallRefusedError.

        Why a file is refused is not shown: the message gets a remark that the file is missing.
        """
        raise CallRefusedError("no_files")

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
