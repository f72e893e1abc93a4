"""The base of the connectors of Facebook and Instagram: direct messages, and public comments."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels_intake.calls.errors import CallRefusedError, Sent
from channels_intake.connections.contract import (
    MIB,
    Connector,
    FieldKind,
    ForeignError,
    Item,
    Received,
    RemoteFile,
    ReplyLimits,
    ReplyWay,
    Request,
    SetupField,
)
from channels_intake.connections.reading import find_id, find_part, get_line, read_object
from channels_intake.connectors.meta.client import API_URL, VERSION, ask_graph, fetch_media
from channels_intake.connectors.meta.hooks import is_same_app, receive_page
from channels_intake.connectors.meta.messaging import read_messaging
from channels_intake.connectors.meta.sending import (
    HUMAN_WINDOW,
    find_sent_message,
    send_message,
)
from channels_intake.models import (
    ChannelMessage,
    Connection,
    Conversation,
    Direction,
    OutgoingCall,
)

PUBLIC, PRIVATE = "public", "private"

SECRETS = (
    SetupField(
        "app_secret",
        gettext_lazy("App secret"),
        gettext_lazy("In the app dashboard, under App settings > Basic."),
        FieldKind.SEALED,
    ),
    SetupField(
        "verify_token",
        gettext_lazy("Verify token"),
        gettext_lazy("Any text you choose. Enter the same text in Meta's webhook settings."),
        FieldKind.SEALED,
    ),
)
GRAPH_VERSION = SetupField(
    "graph_version",
    gettext_lazy("Graph API version"),
    gettext_lazy("Meta retires each version after about two years."),
    initial=VERSION,
)


class MetaConnector(Connector):
    """Messages and comments of a page or account.

    about: the object of its webhooks. platform: its name in the Conversations API. message_limits:
    of a direct message; comment_limits: of a public reply. name_fields: what a person is named by.
    """

    api_url = API_URL
    max_body_bytes = 3 * MIB  # a request may have a thousand events
    about: ClassVar[str]
    platform: ClassVar[str]
    message_limits: ClassVar[ReplyLimits]
    comment_limits: ClassVar[ReplyLimits]
    name_fields: ClassVar[str]

    def get_limits(self, connection: Connection, conversation: Conversation) -> ReplyLimits:
        """Return the limits of a direct message, or of a reply to a comment."""
        return self.comment_limits if conversation.is_public else self.message_limits

    def list_ways(
        self, connection: Connection, conversation: Conversation, *, at: datetime
    ) -> tuple[ReplyWay, ...]:
        """Return the two ways to answer a comment: for all to read, or once privately."""
        if not conversation.is_public:
            return ()
        public = ReplyWay(PUBLIC, gettext_lazy("Reply to the comment"), self.comment_limits)
        # One message per comment, within seven days of it, of text or one file.
        once = replace(self.message_limits, may_split=False, max_files=0, window=HUMAN_WINDOW)
        private = ReplyWay(PRIVATE, gettext_lazy("Private message"), once, is_private=True)
        return (public,) if _has_private_reply(conversation) else (public, private)

    def receive(self, connection: Connection, request: Request, *, at: datetime) -> Received:
        """Answer the handshake, or check the signature and return the events of all pages."""
        return receive_page(connection, request, about=self.about)

    def shares_webhook(self, connection: Connection, other: Connection) -> bool:
        """Return True for connections of one app."""
        return is_same_app(connection, other)

    def translate(self, connection: Connection, raw: bytes) -> list[Item]:
        """Return what a stored event reports. Raises ForeignError for another page's."""
        event = read_object(raw)
        place = find_id(event, "id")
        if place != connection.external_id:
            raise ForeignError(place)
        if "messaging" in event:
            return read_messaging(place, find_part(event, "messaging"))
        if "change" in event:
            return self.read_change(place, event.get("time"), find_part(event, "change"))
        return []

    @abstractmethod
    def read_change(self, place: str, time: object, change: Mapping[str, Any]) -> list[Item]:
        """Return what a change reports, such as a comment. time: of the entry. Pure."""

    def fetch(self, connection: Connection, file: RemoteFile, *, at: datetime) -> bytes:
        """Return a file from Meta's servers."""
        return fetch_media(connection, file.url, at=at)

    def send(self, part: ChannelMessage, call: OutgoingCall, *, at: datetime) -> Sent:
        """Send a part as a message, a public comment, or the one private reply to a comment."""
        conversation, body = part.conversation, call.body
        is_private = body.get("way") == PRIVATE
        if conversation.is_public and not is_private:
            return self._send_comment(part, body, attempts=call.attempts, at=at)
        if call.attempts > 1 and (mid := self._find_message(part, body, at=at)):
            answer = {"id": mid, "conversation_id": _get_person(conversation)}
            return Sent(200, content=answer if is_private else mid)
        recipient = _find_comment(conversation) if is_private else {"id": conversation.external_id}
        return send_message(part, recipient, body, at=at)

    def _find_message(self, part: ChannelMessage, body: Mapping[str, Any], *, at: datetime) -> str:
        person = _get_person(part.conversation)
        return find_sent_message(part, person, body, self.platform, at=at)

    def _send_comment(
        self, part: ChannelMessage, body: Mapping[str, Any], *, attempts: int, at: datetime
    ) -> Sent:
        if attempts > 1 and (found := self.find_sent_comment(part, body["text"], at=at)):
            return Sent(200, content=found)
        return Sent(200, content=self.post_comment(part, body["text"], at=at))

    @abstractmethod
    def post_comment(self, part: ChannelMessage, text: str, *, at: datetime) -> str:
        """Answer a comment publicly, and return the new comment's ID."""

    @abstractmethod
    def find_sent_comment(self, part: ChannelMessage, text: str, *, at: datetime) -> str:
        """Return the ID of a comment that an earlier attempt has posted, or ""."""

    def find_name(self, connection: Connection, person_id: str, *, at: datetime) -> str:
        """Return a person's name, which the events of messages don't have, or ""."""
        fields = {"fields": self.name_fields}
        found = ask_graph(connection, "GET", person_id, params=fields, at=at)
        return self.read_name(found)

    def read_name(self, profile: Mapping[str, Any]) -> str:
        """Return the name that a profile with the name_fields says. Pure."""
        return " ".join(filter(None, (get_line(profile, f) for f in self.name_fields.split(","))))

    def check(self, connection: Connection, *, at: datetime) -> str:
        """Return whether the token is that of the page or account."""
        found = ask_graph(connection, "GET", connection.external_id, params={"fields": "id"}, at=at)
        if find_id(found, "id") != connection.external_id:
            return _(
                "The access token belongs to another ID: %(id)s. Correct the token or the ID."
            ) % {"id": found.get("id")}
        return ""


def _find_comment(conversation: Conversation) -> Mapping[str, str]:
    """Return the newest comment of the conversation's person: others may have written after it."""
    person = conversation.handle.contact_id if conversation.handle else None
    theirs = conversation.messages.filter(direction=Direction.IN, message__contact=person)
    newest = theirs.order_by("-written_at", "-pk").first() if person else None
    if newest is None:
        raise CallRefusedError(_("There is no comment to reply to."))
    last: Mapping[str, str] = conversation.data.get("reply_to") or {}
    is_last = newest.external_id in last.values()
    return last if is_last else {"comment_id": newest.external_id}


def _get_person(conversation: Conversation) -> str:
    return conversation.handle.external_id if conversation.handle else conversation.external_id


def _has_private_reply(conversation: Conversation) -> bool:
    """Return True if the newest comment was answered privately, or is being so.

    A private reply is in the conversation of direct messages with its author.
    """
    last = conversation.window_from
    sent = ChannelMessage.objects.filter(
        connection_id=conversation.connection_id,
        conversation__external_id=_get_person(conversation),
        direction=Direction.OUT,
    )
    return bool(last) and sent.filter(written_at__gte=last).exists()
