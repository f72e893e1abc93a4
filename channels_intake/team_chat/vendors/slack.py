"""Slack's Web API. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from channels_intake.team_chat.vendors.protocol import (
    GRAVE,
    NO_BREAK,
    ChatRequest,
    ChatUser,
    Post,
    Target,
    bear,
)

EVENT_TYPE = "plumbline_message"  # of the metadata, which isn't shown
MAX_FOUND = 200
_USER_ID = re.compile(r"\w+", re.ASCII)


class Slack:
    """Slack. Texts should hold 4,000 characters; failures have the status 200."""

    max_chars = 4_000

    def make_post(self, target: Target, post: Post) -> ChatRequest:
        body: dict[str, Any] = {"channel": target.channel, "text": post.text}
        if post.key:
            body["metadata"] = {"event_type": EVENT_TYPE, "event_payload": {"key": post.key}}
        if post.root_id:
            body["thread_ts"] = post.root_id
        return ChatRequest(f"{target.server_url}/api/chat.postMessage", body, bear(target))

    def read_post(self, content: Mapping[str, Any]) -> str:
        return str(content.get("ts") or "") if content.get("ok") is True else ""

    def make_search(self, target: Target, post: Post, *, since: datetime) -> ChatRequest:
        """Needs the scope channels:history or groups:history; without it, nothing is found."""
        query = {
            "channel": target.channel,
            "oldest": f"{since.timestamp():.6f}",
            "include_all_metadata": "true",
            "limit": str(MAX_FOUND),
        }
        if post.root_id:
            query["ts"] = post.root_id
        method = "conversations.replies" if post.root_id else "conversations.history"
        url = f"{target.server_url}/api/{method}?{urlencode(query)}"
        return ChatRequest(url, headers=bear(target))

    def find_post(self, content: Mapping[str, Any], key: str) -> str:
        messages = content.get("messages")
        for message in messages if isinstance(messages, list) else []:
            metadata = message.get("metadata") if isinstance(message, dict) else None
            payload = metadata.get("event_payload") if isinstance(metadata, dict) else None
            if isinstance(payload, dict) and payload.get("key") == key:
                return str(message.get("ts") or "")
        return ""

    def read_error(self, content: Mapping[str, Any]) -> str:
        return str(content.get("error") or "")

    def make_lookup(self, target: Target, user_id: str) -> ChatRequest:
        url = f"{target.server_url}/api/users.info?user={quote(user_id, safe='')}"
        return ChatRequest(url, headers=bear(target))

    def make_own_lookup(self, target: Target) -> ChatRequest | None:
        return None

    def make_direct(
        self, target: Target, user_id: str, user_name: str, *, own_id: str
    ) -> ChatRequest:
        """Needs the scope im:write."""
        url = f"{target.server_url}/api/conversations.open"
        return ChatRequest(url, {"users": user_id}, bear(target))

    def read_direct(self, content: Mapping[str, Any]) -> str:
        channel = content.get("channel")
        is_open = content.get("ok") is True and isinstance(channel, dict)
        return str(channel.get("id") or "") if is_open and isinstance(channel, dict) else ""

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
        return f"<@{user_id}>" if _USER_ID.fullmatch(user_id) else ""

    def link(self, url: str, label: str) -> str:
        return f"<{url}|{label}>"

    def escape(self, text: str) -> str:
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        # "@" is a mention in chats that are only compatible.
        return text.replace("@", f"@{NO_BREAK}").replace("`", GRAVE)
