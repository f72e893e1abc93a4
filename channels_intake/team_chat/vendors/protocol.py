"""The protocol of a chat: its requests and responses, and how it reads texts. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import urlsplit

NO_BREAK = "\u200b"  # zero-width: keeps "@all" in a customer's words from notifying everyone
GRAVE = "\u02cb"  # looks like a backtick, which could turn the rest of a message into code
MAX_WAIT_SECONDS = 3600  # that a chat may ask for


@dataclass(frozen=True, slots=True)
class Target:
    """The destination of a connection's messages, with its secrets decrypted."""

    webhook_url: str = ""
    server_url: str = ""
    bot_token: str = ""
    bot_user_id: str = ""
    channel: str = ""

    @property
    def has_bot(self) -> bool:
        return bool(self.server_url and self.bot_token and self.channel)

    @property
    def host(self) -> str:
        return urlsplit(self.server_url if self.has_bot else self.webhook_url).hostname or ""


@dataclass(frozen=True, slots=True)
class Post:
    """A message. root_id: the first one of its thread, or "".

    key: letters and digits that no other message has, the same in each attempt to post it.
    """

    text: str
    root_id: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """An HTTP request to a chat. body: sent as JSON, or None for GET."""

    url: str
    body: dict[str, Any] | list[Any] | None = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChatUser:
    """A user as the chat itself describes them. email: "" unless the chat verified it."""

    user_id: str
    user_name: str
    email: str


class Vendor(Protocol):
    """One chat's protocol."""

    max_chars: int

    def make_post(self, target: Target, post: Post) -> ChatRequest:
        """Return the request that posts a message as the bot."""

    def read_post(self, content: Mapping[str, Any]) -> str:
        """Return the ID of a posted message, or "" if the response means a failure."""

    def make_search(self, target: Target, post: Post, *, since: datetime) -> ChatRequest:
        """Return the request for what was posted since a time, to find a message among it."""

    def find_post(self, content: Mapping[str, Any], key: str) -> str:
        """Return the ID of the message with a key in the response to a search, or ""."""

    def read_error(self, content: Mapping[str, Any]) -> str:
        """Return the chat's code or words for a failure, or ""."""

    def make_lookup(self, target: Target, user_id: str) -> ChatRequest:
        """Return the request for a user's details."""

    def read_user(self, content: Mapping[str, Any]) -> ChatUser | None:
        """Return the user in a response to a lookup."""

    def make_own_lookup(self, target: Target) -> ChatRequest | None:
        """Return the request for the bot's own user, or None if ``make_direct`` needs no ID."""

    def make_direct(
        self, target: Target, user_id: str, user_name: str, *, own_id: str
    ) -> ChatRequest:
        """Return the request that opens the bot's conversation with a user."""

    def read_direct(self, content: Mapping[str, Any]) -> str:
        """Return the ID of an opened conversation, or "" if the response means a failure."""

    def mention(self, user_id: str, user_name: str) -> str:
        """Return the text that mentions one user, or "" if it would mention others."""

    def link(self, url: str, label: str) -> str:
        """Return a link with a label."""

    def escape(self, text: str) -> str:
        """Return someone's words so that they mention nobody and hide no link."""


def bear(target: Target) -> dict[str, str]:
    """Return the header of a bot's token."""
    return {"Authorization": f"Bearer {target.bot_token}"}


def read_json(body: bytes) -> dict[str, Any]:
    """Return the object in a response, or an empty one: webhooks respond "ok"."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def find_wait(headers: Mapping[str, str], at: datetime) -> int | None:
    """Return the seconds that a chat asks to wait for after too many requests, or None.

    Slack sends Retry-After. Mattermost's X-Ratelimit-Reset counts seconds; Rocket.Chat's is a time
    in milliseconds.
    """
    for name in ("Retry-After", "X-Ratelimit-Reset"):
        value = headers.get(name, "").strip()
        if value.isdecimal() and len(value) < 20:
            number = int(value)
            if number > 10**11:
                number = number // 1000 - int(at.timestamp())
            return min(max(number, 1), MAX_WAIT_SECONDS)
    return None
