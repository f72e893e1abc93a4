"""The protocols of Rocket.Chat, Mattermost and Slack: requests, responses, mentions. Pure.

Incoming webhooks take the same body everywhere, {"text": ...}, and return no message ID, so
threads need a bot: Mattermost's POST /api/v4/posts with root_id, Rocket.Chat's chat.postMessage
with tmid, Slack's chat.postMessage with thread_ts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

from channels_intake.models import ChatKind

NO_BREAK = "\u200b"  # zero-width: keeps "@all" in a customer's words from notifying everyone
MAX_WAIT_SECONDS = 3600  # that a chat may ask for


@dataclass(frozen=True, slots=True)
class Target:
    """Where messages of a connection go, with its secrets decrypted."""

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
class ChatRequest:
    """An HTTP request to a chat. body: sent as JSON, or None for GET."""

    url: str
    body: dict[str, Any] | None = None
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

    def make_post(self, target: Target, text: str, *, root_id: str, key: str) -> ChatRequest:
        """Return the request that posts a text as the bot. root_id: of its thread, or ""."""

    def read_post(self, content: Mapping[str, Any]) -> str:
        """Return the ID of a posted message, or "" if the response means a failure."""

    def read_error(self, content: Mapping[str, Any]) -> str:
        """Return the chat's code or words for a failure, or ""."""

    def make_lookup(self, target: Target, user_id: str) -> ChatRequest:
        """Return the request for a user's details."""

    def read_user(self, content: Mapping[str, Any]) -> ChatUser | None:
        """Return the user in a response to a lookup."""

    def mention(self, user_id: str, user_name: str) -> str:
        """Return the text that mentions a user."""

    def link(self, url: str, label: str) -> str:
        """Return a link with a label."""

    def escape(self, text: str) -> str:
        """Return someone's words so that they mention nobody and hide no link."""


_REFERENCE = re.compile(r"&(?=#?\w+;)")
_LABEL_END = re.compile(r"\](?=[(\[])")


class _Markdown:
    """Mentions by user name, and Markdown's links."""

    def mention(self, user_id: str, user_name: str) -> str:
        return f"@{user_name}" if user_name else ""

    def link(self, url: str, label: str) -> str:
        return f"[{label}]({url})"

    def escape(self, text: str) -> str:
        """Break mentions, labeled links, and Slack's notation, which webhooks take as well.

        Character references, too: Mattermost reads "&#64;all" as a mention.
        """
        text = _REFERENCE.sub(f"&{NO_BREAK}", text)
        text = text.replace("@", f"@{NO_BREAK}").replace("<", f"<{NO_BREAK}")
        return _LABEL_END.sub("] ", text)


class Mattermost(_Markdown):
    """Mattermost, API version 4. Messages hold 16,383 characters."""

    max_chars = 16_383

    def make_post(self, target: Target, text: str, *, root_id: str, key: str) -> ChatRequest:
        # pending_post_id: the server ignores a second post with the same one for a while.
        body = {"channel_id": target.channel, "message": text, "pending_post_id": key}
        url = f"{target.server_url}/api/v4/posts"
        return ChatRequest(url, body | ({"root_id": root_id} if root_id else {}), _bear(target))

    def read_post(self, content: Mapping[str, Any]) -> str:
        return str(content.get("id") or "")

    def read_error(self, content: Mapping[str, Any]) -> str:
        return str(content.get("message") or content.get("id") or "")

    def make_lookup(self, target: Target, user_id: str) -> ChatRequest:
        url = f"{target.server_url}/api/v4/users/{quote(user_id, safe='')}"
        return ChatRequest(url, headers=_bear(target))

    def read_user(self, content: Mapping[str, Any]) -> ChatUser | None:
        if not content.get("id") or content.get("delete_at"):
            return None
        email = content.get("email") if content.get("email_verified") else ""
        return ChatUser(str(content["id"]), str(content.get("username") or ""), str(email or ""))


class RocketChat(_Markdown):
    """Rocket.Chat's REST API. Messages hold 5,000 characters unless the server is set otherwise."""

    max_chars = 5_000

    def make_post(self, target: Target, text: str, *, root_id: str, key: str) -> ChatRequest:
        body = {"roomId": target.channel, "text": text}
        url = f"{target.server_url}/api/v1/chat.postMessage"
        return ChatRequest(url, body | ({"tmid": root_id} if root_id else {}), self._sign(target))

    def _sign(self, target: Target) -> dict[str, str]:
        return {"X-Auth-Token": target.bot_token, "X-User-Id": target.bot_user_id}

    def read_post(self, content: Mapping[str, Any]) -> str:
        message = content.get("message")
        is_posted = content.get("success") is True and isinstance(message, dict)
        return str(message.get("_id") or "") if is_posted and isinstance(message, dict) else ""

    def read_error(self, content: Mapping[str, Any]) -> str:
        return str(content.get("error") or content.get("message") or "")

    def make_lookup(self, target: Target, user_id: str) -> ChatRequest:
        url = f"{target.server_url}/api/v1/users.info?userId={quote(user_id, safe='')}"
        return ChatRequest(url, headers=self._sign(target))

    def read_user(self, content: Mapping[str, Any]) -> ChatUser | None:
        user = content.get("user")
        if content.get("success") is not True or not isinstance(user, dict) or not user.get("_id"):
            return None
        emails = [one for one in user.get("emails") or [] if isinstance(one, dict)]
        verified = next((one.get("address") for one in emails if one.get("verified")), "")
        return ChatUser(str(user["_id"]), str(user.get("username") or ""), str(verified or ""))


class Slack:
    """Slack's Web API. Texts should hold 4,000 characters; failures have the status 200."""

    max_chars = 4_000

    def make_post(self, target: Target, text: str, *, root_id: str, key: str) -> ChatRequest:
        body = {"channel": target.channel, "text": text}
        url = f"{target.server_url}/api/chat.postMessage"
        return ChatRequest(url, body | ({"thread_ts": root_id} if root_id else {}), _bear(target))

    def read_post(self, content: Mapping[str, Any]) -> str:
        return str(content.get("ts") or "") if content.get("ok") is True else ""

    def read_error(self, content: Mapping[str, Any]) -> str:
        return str(content.get("error") or "")

    def make_lookup(self, target: Target, user_id: str) -> ChatRequest:
        url = f"{target.server_url}/api/users.info?user={quote(user_id, safe='')}"
        return ChatRequest(url, headers=_bear(target))

    def read_user(self, content: Mapping[str, Any]) -> ChatUser | None:
        user = content.get("user")
        if content.get("ok") is not True or not isinstance(user, dict) or not user.get("id"):
            return None
        if user.get("deleted") or user.get("is_bot"):
            return None
        profile = user.get("profile")
        is_proven = user.get("is_email_confirmed") is True
        email = profile.get("email") if is_proven and isinstance(profile, dict) else ""
        return ChatUser(str(user["id"]), str(user.get("name") or ""), str(email or ""))

    def mention(self, user_id: str, user_name: str) -> str:
        return f"<@{user_id}>"

    def link(self, url: str, label: str) -> str:
        return f"<{url}|{label}>"

    def escape(self, text: str) -> str:
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return text.replace("@", f"@{NO_BREAK}")  # a mention in chats that are only compatible


def _bear(target: Target) -> dict[str, str]:
    return {"Authorization": f"Bearer {target.bot_token}"}


VENDORS: Mapping[str, Vendor] = {
    ChatKind.MATTERMOST: Mattermost(),
    ChatKind.ROCKETCHAT: RocketChat(),
    ChatKind.SLACK: Slack(),
}


def make_message(kind: str, target: Target, text: str, *, root_id: str, key: str) -> ChatRequest:
    """Return the request that posts a text: by the bot if there is one, else by the webhook."""
    if target.has_bot:
        return VENDORS[kind].make_post(target, text, root_id=root_id, key=key)
    # A webhook of Slack ignores the channel; those of the others may be locked to their own.
    return ChatRequest(
        target.webhook_url, {"text": text} | ({"channel": target.channel} if target.channel else {})
    )


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
