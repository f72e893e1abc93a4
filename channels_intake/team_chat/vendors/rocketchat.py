"""Rocket.Chat's REST API. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from channels_intake.team_chat.vendors.markdown import Markdown
from channels_intake.team_chat.vendors.protocol import ChatRequest, ChatUser, Post, Target


class RocketChat(Markdown):
    """Rocket.Chat. Messages hold 5,000 characters unless the server is set otherwise."""

    max_chars = 5_000

    def make_post(self, target: Target, post: Post) -> ChatRequest:
        # chat.sendMessage takes the message's ID, so a message is stored once however often it is
        # sent; chat.postMessage doesn't.
        message = {"rid": target.channel, "msg": post.text}
        message |= {"_id": post.key} if post.key else {}
        message |= {"tmid": post.root_id} if post.root_id else {}
        url = f"{target.server_url}/api/v1/chat.sendMessage"
        return ChatRequest(url, {"message": message}, _sign(target))

    def read_post(self, content: Mapping[str, Any]) -> str:
        message = content.get("message")
        is_posted = content.get("success") is True and isinstance(message, dict)
        return str(message.get("_id") or "") if is_posted and isinstance(message, dict) else ""

    def make_search(self, target: Target, post: Post, *, since: datetime) -> ChatRequest:
        query = urlencode({"msgId": post.key})
        url = f"{target.server_url}/api/v1/chat.getMessage?{query}"
        return ChatRequest(url, headers=_sign(target))

    def find_post(self, content: Mapping[str, Any], key: str) -> str:
        found = self.read_post(content)
        return found if found == key else ""

    def read_error(self, content: Mapping[str, Any]) -> str:
        return str(content.get("error") or content.get("message") or "")

    def make_lookup(self, target: Target, user_id: str) -> ChatRequest:
        url = f"{target.server_url}/api/v1/users.info?userId={quote(user_id, safe='')}"
        return ChatRequest(url, headers=_sign(target))

    def make_own_lookup(self, target: Target) -> ChatRequest | None:
        return None

    def make_direct(
        self, target: Target, user_id: str, user_name: str, *, own_id: str
    ) -> ChatRequest:
        url = f"{target.server_url}/api/v1/im.create"
        return ChatRequest(url, {"username": user_name}, _sign(target))

    def read_direct(self, content: Mapping[str, Any]) -> str:
        room = content.get("room")
        if content.get("success") is not True or not isinstance(room, dict):
            return ""
        return str(room.get("_id") or room.get("rid") or "")

    def read_user(self, content: Mapping[str, Any]) -> ChatUser | None:
        user = content.get("user")
        if content.get("success") is not True or not isinstance(user, dict) or not user.get("_id"):
            return None
        emails = [one for one in user.get("emails") or [] if isinstance(one, dict)]
        verified = next((one.get("address") for one in emails if one.get("verified")), "")
        return ChatUser(str(user["_id"]), str(user.get("username") or ""), str(verified or ""))


def _sign(target: Target) -> dict[str, str]:
    return {"X-Auth-Token": target.bot_token, "X-User-Id": target.bot_user_id}
