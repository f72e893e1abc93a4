"""Telegram's connector. A webhook brings the messages, sendMessage and sendDocument the answers."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Network
from channels_intake.calls.errors import CallRefusedError, Sent
from channels_intake.connections.attachments import load_file, read_content
from channels_intake.connections.client import read_secrets
from channels_intake.connections.contract import (
    Connector,
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
from channels_intake.connections.hooks import get_hook_url
from channels_intake.connections.reading import get_id, get_line, read_object
from channels_intake.connectors.telegram.client import API_URL, ask_bot, fetch_by_path
from channels_intake.connectors.telegram.payloads import make_id, read_update
from channels_intake.models import ChannelMessage, Connection, Conversation, OutgoingCall
from tickets.models import Channel

HEADER = "x-telegram-bot-api-secret-token"
MAX_CHARS = 4096
MAX_FETCHED = 20 * 1024 * 1024  # what getFile gives to bots
MAX_SENT = 50 * 1024 * 1024
UPDATES = ("message", "edited_message")


class TelegramConnector(Connector):
    """A bot in private chats."""

    channel = Channel.TELEGRAM
    network = Network.TELEGRAM
    icon = "channel-telegram"
    takes_notices = True
    purpose = gettext_lazy("Messages to your bot.")
    api_url = API_URL
    fields = (
        SetupField(
            "external_id",
            gettext_lazy("Bot username"),
            gettext_lazy("Such as AcmeSupportBot."),
        ),
        SetupField(
            "bot_token",
            gettext_lazy("Token of the bot"),
            gettext_lazy("BotFather shows it when you create the bot."),
            FieldKind.SEALED,
        ),
    )
    steps = (
        gettext_lazy("In Telegram, send /newbot to @BotFather, and choose a name and a username."),
        gettext_lazy("Enter the username, and the token that BotFather sends you."),
        gettext_lazy(
            "Test the connection. This also tells Telegram to send messages to Plumbline."
        ),
    )

    def get_limits(self, connection: Connection, conversation: Conversation) -> ReplyLimits:
        """Return Telegram's limits. Each file is a message of its own."""
        return ReplyLimits(
            max_chars=MAX_CHARS, max_files=10, max_file_bytes=MAX_SENT, files_apart=True
        )

    def receive(self, connection: Connection, request: Request, *, at: datetime) -> Received:
        """Check the secret that setWebhook has named, and return the update."""
        is_set = bool(read_secrets(connection).get("bot_token"))
        expected = make_hook_secret(connection) if is_set else ""
        if not is_set or not constant_time_compare(request.get_header(HEADER), expected):
            raise RefusedError
        update = read_object(request.body)
        return Received((RawEvent(request.body, get_id(update, "update_id")),))

    def translate(self, connection: Connection, raw: bytes) -> list[Item]:
        """Return the message or the edit that an update reports."""
        return read_update(read_object(raw))

    def fetch(self, connection: Connection, file: RemoteFile, *, at: datetime) -> bytes:
        """Return a file's content, by Telegram's ID of it."""
        if file.size > MAX_FETCHED:
            raise CallRefusedError("too_large")
        found = ask_bot(connection, "getFile", at=at, file_id=file.url)
        return fetch_by_path(connection, get_line(found, "file_path"), at=at)

    def send(self, part: ChannelMessage, call: OutgoingCall, *, at: datetime) -> Sent:
        """Send a part. Telegram has no way to ask whether an earlier attempt arrived."""
        chat_id = part.conversation.external_id
        if ids := call.body["files"]:
            file = load_file(ids[0])
            content = {"document": (file.name, read_content(file), file.content_type)}
            method, parameters = "sendDocument", {"files": content}
        else:
            method, parameters = "sendMessage", {"text": call.body["text"]}
        sent = ask_bot(part.connection, method, at=at, chat_id=chat_id, **parameters)
        return Sent(200, content=make_id(chat_id, get_id(sent, "message_id")))

    def check(self, connection: Connection, *, at: datetime) -> str:
        """Tell Telegram where to send updates, and return what is wrong."""
        bot = ask_bot(connection, "getMe", at=at)
        name = get_line(bot, "username")
        if name.lower() != connection.external_id.removeprefix("@").lower():
            return _(
                "This token belongs to another bot, %(name)s. Correct the token or the username."
            ) % {"name": name}
        ask_bot(
            connection,
            "setWebhook",
            at=at,
            url=get_hook_url(connection),
            secret_token=make_hook_secret(connection),
            allowed_updates=list(UPDATES),
        )
        return _find_hook_problem(connection, ask_bot(connection, "getWebhookInfo", at=at))


def make_hook_secret(connection: Connection) -> str:
    """Return the secret of the webhook: of the token, so that a new token changes both."""
    token = read_secrets(connection)["bot_token"]
    return hmac.new(token.encode(), connection.hook_token.encode(), hashlib.sha256).hexdigest()


def _find_hook_problem(connection: Connection, info: Mapping[str, Any]) -> str:
    if info.get("pending_update_count") and (error := get_line(info, "last_error_message")):
        return _("Telegram can't deliver messages to Plumbline: %(error)s") % {"error": error}
    return ""
