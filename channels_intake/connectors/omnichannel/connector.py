"""A workspace of Rocket.Chat with Omnichannel: chats of visitors, answered as one of its agents."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Network
from channels_intake.calls.errors import CallLaterError, CallRefusedError, Sent
from channels_intake.connections.client import ask_vendor, fetch_file, read_secrets
from channels_intake.connections.contract import (
    Connector,
    Fact,
    FieldKind,
    Item,
    RawEvent,
    Received,
    RefusedError,
    RemoteFile,
    ReplyLimits,
    Request,
    SetupField,
)
from channels_intake.connections.reading import read_object
from channels_intake.connectors.omnichannel.payloads import Server, is_of_use, read_event
from channels_intake.connectors.omnichannel.proving import ask_for_proof
from channels_intake.models import ChannelMessage, Connection, Conversation, OutgoingCall
from tickets.models import Channel, Message
from tickets.queueing import Queue

HEADER = "x-rocketchat-livechat-token"
MAX_CHARS = 5_000  # Message_MaxAllowedSize, unless the server is set otherwise
UNAUTHORIZED = 401


class OmnichannelConnector(Connector):
    """Rocket.Chat Omnichannel. api_url of a connection: the workspace's address."""

    channel = Channel.CHAT
    network = Network.ROCKETCHAT
    icon = "channel-chat"
    purpose = gettext_lazy("Website chats and offline messages from your Rocket.Chat workspace.")
    queue = Queue.INTERACTIVE
    facts = (
        Fact("email", gettext_lazy("Email address (not verified)")),
        Fact("department", gettext_lazy("Department")),
    )
    fields = (
        SetupField(
            "api_url",
            gettext_lazy("Workspace URL"),
            help=gettext_lazy("Such as https://chat.example.com, without a path."),
        ),
        SetupField(
            "webhook_token",
            gettext_lazy("Webhook secret token"),
            kind=FieldKind.SEALED,
            help=gettext_lazy("Choose one, and enter the same one in Rocket.Chat."),
        ),
        SetupField(
            "user_id",
            gettext_lazy("Agent's user ID"),
            help=gettext_lazy(
                "Replies are sent as this user, who needs the roles livechat-agent and "
                "livechat-manager."
            ),
        ),
        SetupField(
            "auth_token",
            gettext_lazy("Agent's personal access token"),
            kind=FieldKind.SEALED,
            help=gettext_lazy("In Rocket.Chat, under My Account > Personal Access Tokens."),
        ),
    )
    steps = (
        gettext_lazy("In Rocket.Chat, open Manage > Omnichannel > Webhooks."),
        gettext_lazy("Webhook URL: %(hook_url)s"),
        gettext_lazy("Secret Token: the one that you entered here."),
        gettext_lazy(
            "Send Request on: Chat Start, Chat Close, Chat Taken, Offline Messages, Visitor"
            " Messages, Agent Messages. Save, then Send Test."
        ),
    )

    def get_limits(self, connection: Connection, conversation: Conversation) -> ReplyLimits:
        """Return the limit of a message while the chat goes on."""
        if conversation.data.get("is_offline"):
            return ReplyLimits(refusal=_("The visitor left an offline message."))
        if conversation.ended_at is not None:
            return ReplyLimits(refusal=_("The chat has ended."))
        return ReplyLimits(max_chars=MAX_CHARS)

    def receive(self, connection: Connection, request: Request, *, at: datetime) -> Received:
        """Check the token. Only a status of 200 counts as received."""
        sent = request.get_header(HEADER)
        known = read_secrets(connection).get("webhook_token", "")
        if request.method != "POST" or not known or not constant_time_compare(sent, known):
            raise RefusedError
        if not is_of_use(read_object(request.body)):
            return Received()
        return Received((RawEvent(request.body),))

    def translate(self, connection: Connection, raw: bytes) -> list[Item]:
        """Return what an event of a chat reports."""
        host = urlsplit(connection.api_url).hostname or ""
        return read_event(raw, Server(host[:100], _get_prefix(connection)))

    def fetch(self, connection: Connection, file: RemoteFile, *, at: datetime) -> bytes:
        """Return an upload, from the workspace only: the token goes along."""
        base, headers = connection.api_url, _sign(connection)
        return fetch_file(connection, file.url, base_url=base, at=at, headers=headers)

    def watch(self, conversation: Conversation, message: Message, *, at: datetime) -> None:
        """Have the address of an offline message proven."""
        if conversation.data.get("is_offline"):
            ask_for_proof(conversation, at=at)

    def send(self, part: ChannelMessage, call: OutgoingCall, *, at: datetime) -> Sent:
        """Send a message with an ID of ours, so that it is in the room once."""
        connection, key = part.connection, f"{_get_prefix(part.connection)}{part.pk}"
        if call.attempts > 1 and _is_in_room(connection, key, at=at):
            return Sent(200, content=key)
        message = {
            "_id": key,
            "rid": part.conversation.external_id,
            "msg": str(call.body["text"]),
        }
        said = _ask(connection, "POST", "chat.sendMessage", json={"message": message}, at=at)
        if not isinstance(said, dict) or said.get("success") is not True:
            raise CallRefusedError(_("Rocket.Chat didn't accept the message."))
        return Sent(200, content=key)

    def check(self, connection: Connection, *, at: datetime) -> str:
        """Ask who the user is, and return what is wrong."""
        try:
            _ask(connection, "GET", "me", at=at)
        except CallLaterError as error:
            if error.status != UNAUTHORIZED:
                raise
            return _("Rocket.Chat doesn't accept the user ID or the token. Enter them again.")
        return ""


def _get_prefix(connection: Connection) -> str:
    """Return what the IDs of our messages start with. Echoes of them are known by it."""
    return f"plumbline{connection.pk}x"


def _is_in_room(connection: Connection, key: str, *, at: datetime) -> bool:
    try:
        found = _ask(connection, "GET", "chat.getMessage", params={"msgId": key}, at=at)
    except CallRefusedError:
        return False
    return isinstance(found, dict) and found.get("success") is True


def _ask(connection: Connection, method: str, path: str, *, at: datetime, **kwargs: Any) -> Any:
    base, headers = connection.api_url, _sign(connection)
    return ask_vendor(
        connection, method, f"/api/v1/{path}", base_url=base, at=at, headers=headers, **kwargs
    )


def _sign(connection: Connection) -> dict[str, str]:
    token = read_secrets(connection).get("auth_token", "")
    return {"X-Auth-Token": token, "X-User-Id": str(connection.settings.get("user_id") or "")}
