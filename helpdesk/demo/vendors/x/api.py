"""A fake of X's API v2, after docs.x.com: webhooks, Activity API, posts and direct messages.

One app with one account. It refuses what X refuses: a wrong or expired token (401), a refresh token
that was used (400), webhooks that fail their check (CRC), a reply to a post that is gone or the
same text twice (403), texts that are too long (400), and more than the documented requests in a
window (429 with x-rate-limit-reset). hooks.py has its webhooks, and people.py what people do.
"""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import parse_qs

from channels_intake.connections.outgoing.weights import count_weighted
from helpdesk.demo.vendors.contract import Call, Play, Reply
from helpdesk.demo.vendors.x.hooks import Hooks
from helpdesk.demo.vendors.x.people import PLAYS, play
from helpdesk.demo.vendors.x.replies import fail, invalid, write_time

POST_CHARS, MESSAGE_CHARS = 280, 10_000
WINDOW = 900
LIMITS = {"posts": 100, "messages": 15}  # in a window, per account
Handler = Callable[..., Reply]


@dataclass
class XFake(Hooks):
    """The app, its account, and what they have written: posts by ID, messages in order."""

    name: ClassVar[str] = "x"
    title: ClassVar[str] = "X"
    kinds: ClassVar[tuple[str, ...]] = ("x",)
    plays: ClassVar[tuple[Play, ...]] = PLAYS

    bearer: str = "AAAAAAAAAAAA0%2EUifi76ZC9Ub0wn"
    access: str = "an-access-token"
    refresh: str = "a-refresh-token"
    posts: dict[str, dict[str, Any]] = field(default_factory=dict)
    messages: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    has_credits: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        self.left = dict(LIMITS)
        self.routes: list[tuple[str, str, str, Handler]] = [
            ("GET", "/2/users/me", "account", self._give_account),
            ("GET", r"/2/users/(\d+)", "account", self._give_user),
            ("GET", "/2/webhooks", "app", self._list_hooks),
            ("POST", "/2/webhooks", "app", self._add_hook),
            ("POST", "/2/webhooks/replay", "app", self._order_replay),
            ("PUT", r"/2/webhooks/(\d+)", "app", self._validate_hook),
            ("GET", "/2/activity/subscriptions", "app", self._list_subscriptions),
            ("POST", "/2/activity/subscriptions", "account", self._subscribe),
            ("POST", "/2/tweets", "account", self._add_post),
            ("GET", r"/2/users/(\d+)/tweets", "account", self._list_posts),
            ("POST", r"/2/dm_conversations/with/(\d+)/messages", "account", self._add_message),
            ("GET", r"/2/dm_conversations/with/(\d+)/dm_events", "account", self._list_messages),
            ("GET", r"/2/dm_conversations/media/\w+/\w+/([\w.]+)", "account", self._give_file),
            ("GET", r"/media/([\w.]+)", "", self._give_file),
            ("POST", "/2/oauth2/token", "", self._refresh),
        ]

    def answer(self, call: Call) -> Reply:
        """Return X's response: {"data"} or a problem (RFC 7807)."""
        for method, path, needs, handler in self.routes:
            found = re.fullmatch(path, call.path)
            if found and method == call.method:
                return self._check(call, needs) or handler(call, *found.groups())
        return fail(404, "Not Found Error", "Not Found")

    def _check(self, call: Call, needs: str) -> Reply | None:
        given = call.get_header("Authorization").removeprefix("Bearer ")
        wanted = {"app": self.bearer, "account": self.access}.get(needs)
        if wanted is not None and given != wanted:
            return fail(401, "Unauthorized", "Unauthorized")
        if needs and not self.has_credits:
            return fail(402, "CreditsDepleted", "Your enrolled account has no credits.")
        return None

    def _refresh(self, call: Call) -> Reply:
        client = base64.b64encode(":".join(self.client).encode()).decode()
        form = {name: values[0] for name, values in parse_qs(call.body.decode()).items()}
        if call.get_header("Authorization") != f"Basic {client}":
            said = {"error": "unauthorized_client"}
            return Reply(401, said | {"error_description": "Missing valid authorization header"})
        if form.get("grant_type") != "refresh_token" or form.get("refresh_token") != self.refresh:
            said = {"error": "invalid_request"}
            return Reply(
                400, said | {"error_description": "Value passed for the token was invalid."}
            )
        self.access, self.refresh = secrets.token_hex(8), secrets.token_hex(8)
        answer = {"token_type": "bearer", "expires_in": 7200, "scope": "offline.access"}
        return Reply(200, answer | {"access_token": self.access, "refresh_token": self.refresh})

    def _give_account(self, call: Call) -> Reply:
        return Reply(200, {"data": self.account})

    def _give_user(self, call: Call, person: str) -> Reply:
        if person not in self.users:
            return fail(404, "Not Found Error", f"Could not find user with id: [{person}].")
        return Reply(200, {"data": self.users[person]})

    def _add_post(self, call: Call) -> Reply:
        given = call.json() or {}
        text = str(given.get("text") or "")
        target = (given.get("reply") or {}).get("in_reply_to_tweet_id")
        if not text.strip():
            return invalid("text: is missing")
        if count_weighted(text) > POST_CHARS:
            return invalid("text: is too long")
        if target and target not in self.posts:
            said = "You attempted to reply to a Tweet that is deleted or not visible to you."
            return fail(403, "Forbidden", said)
        if any(post["text"] == text for post in self.posts.values() if self.is_own(post)):
            said = "You are not allowed to create a Tweet with duplicate content."
            return fail(403, "Forbidden", said)
        if limit := self._count("posts"):
            return limit
        post = self.make_post(self.account["id"], text, target)
        return Reply(201, {"data": {"id": post["id"], "text": text}})

    def _list_posts(self, call: Call, user: str) -> Reply:
        rows = [post for post in self.posts.values() if post["author_id"] == user]
        newest = rows[::-1][: int(call.query.get("max_results", 10))]
        shown = [
            {**row, "text": re.sub(r"https?://\S+", "https://t.co/abc", row["text"])}
            for row in newest
        ]
        return Reply(200, {"data": shown, "meta": {"result_count": len(shown)}})

    def _add_message(self, call: Call, person: str) -> Reply:
        text = str((call.json() or {}).get("text") or "")
        if not text.strip() or len(text) > MESSAGE_CHARS:
            return invalid("text: must have 1 to 10000 characters")
        if limit := self._count("messages"):
            return limit
        message = {"id": self.next_id(), "sender_id": self.account["id"], "text": text}
        self.messages.append({**message, "with": person})
        ids = {"dm_event_id": message["id"], "dm_conversation_id": f"{person}-{self.account['id']}"}
        return Reply(201, {"data": ids})

    def _list_messages(self, call: Call, person: str) -> Reply:
        rows = [row for row in self.messages if row["with"] == person][::-1]
        return Reply(200, {"data": rows, "meta": {"result_count": len(rows)}})

    def _give_file(self, call: Call, name: str) -> Reply:
        if name not in self.files:
            return fail(404, "Not Found Error", "Not Found")
        return Reply(200, self.files[name], {"Content-Type": "image/jpeg"})

    def _count(self, kind: str) -> Reply | None:
        if self.left[kind] > 0:
            self.left[kind] -= 1
            return None
        reset = str(int(datetime.now(UTC).timestamp()) + WINDOW)
        headers = {"x-rate-limit-limit": str(LIMITS[kind]), "x-rate-limit-remaining": "0"}
        problem = fail(429, "Too Many Requests", "Too Many Requests")
        return Reply(429, problem.content, {**headers, "x-rate-limit-reset": reset})

    def make_post(self, author: str, text: str, target: str | None = None) -> dict[str, Any]:
        """Write a post and return it."""
        before = self.posts.get(target or "")
        number = self.next_id()
        post: dict[str, Any] = {"id": number, "text": text, "author_id": author}
        post |= {"created_at": write_time(), "edit_history_tweet_ids": [number], "lang": "en"}
        post["conversation_id"] = before["conversation_id"] if before else number
        if before:
            post["referenced_tweets"] = [{"type": "replied_to", "id": target}]
            post["in_reply_to_user_id"] = before["author_id"]
        self.posts[number] = post
        return post

    def is_own(self, post: Mapping[str, Any]) -> bool:
        """Return True if the account has written a post."""
        return bool(post["author_id"] == self.account["id"])

    def play(self, action: str, data: Mapping[str, Any]) -> Any:
        """Act as somebody in X does (people.py)."""
        return play(self, action, data)
