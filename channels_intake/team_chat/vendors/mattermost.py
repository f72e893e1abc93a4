"""Mattermost, API version 4. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from channels_intake.team_chat.vendors.markdown import Markdown
from channels_intake.team_chat.vendors.protocol import ChatRequest, ChatUser, Post, Target, bear

KEY = "plumbline_key"  # among the properties of a post, which are stored but not shown


class Mattermost(Markdown):
    """Mattermost. Messages hold 16,383 characters."""

    max_chars = 16_383

    def make_post(self, target: Target, post: Post) -> ChatRequest:
        # The server returns the post that it has for a pending_post_id that it saw in the last 30
        # seconds. Later than that, the key in the properties tells.
        body: dict[str, Any] = {"channel_id": target.channel, "message": post.text}
        if post.key:
            body |= {"pending_post_id": post.key, "props": {KEY: post.key}}
        if post.root_id:
            body["root_id"] = post.root_id
        return ChatRequest(f"{target.server_url}/api/v4/posts", body, bear(target))

    def read_post(self, content: Mapping[str, Any]) -> str:
        return str(content.get("id") or "")

    def make_search(self, target: Target, post: Post, *, since: datetime) -> ChatRequest:
        query = urlencode({"since": int(since.timestamp() * 1000)})
        channel = quote(target.channel, safe="")
        url = f"{target.server_url}/api/v4/channels/{channel}/posts?{query}"
        return ChatRequest(url, headers=bear(target))

    def find_post(self, content: Mapping[str, Any], key: str) -> str:
        posts = content.get("posts")
        for post in posts.values() if isinstance(posts, dict) else []:
            props = post.get("props") if isinstance(post, dict) else None
            if isinstance(props, dict) and props.get(KEY) == key:
                return str(post.get("id") or "")
        return ""

    def read_error(self, content: Mapping[str, Any]) -> str:
        return str(content.get("message") or content.get("id") or "")

    def make_lookup(self, target: Target, user_id: str) -> ChatRequest:
        url = f"{target.server_url}/api/v4/users/{quote(user_id, safe='')}"
        return ChatRequest(url, headers=bear(target))

    def make_own_lookup(self, target: Target) -> ChatRequest | None:
        return ChatRequest(f"{target.server_url}/api/v4/users/me", headers=bear(target))

    def make_direct(
        self, target: Target, user_id: str, user_name: str, *, own_id: str
    ) -> ChatRequest:
        url = f"{target.server_url}/api/v4/channels/direct"
        return ChatRequest(url, [own_id, user_id], bear(target))

    def read_direct(self, content: Mapping[str, Any]) -> str:
        return str(content.get("id") or "") if content.get("type") == "D" else ""

    def read_user(self, content: Mapping[str, Any]) -> ChatUser | None:
        if not content.get("id") or content.get("delete_at"):
            return None
        email = content.get("email") if content.get("email_verified") else ""
        return ChatUser(str(content["id"]), str(content.get("username") or ""), str(email or ""))
