"""A fake chat server over real HTTP. It refuses what Rocket.Chat, Mattermost and Slack refuse.

From their documentation: Mattermost API v4 (posts, posts of a channel, users, incoming webhooks),
Rocket.Chat's REST API (chat.sendMessage, chat.getMessage, users.info, integrations), Slack's Web
API (chat.postMessage, conversations.history and replies, users.info) and incoming webhooks, and the
calls that open a bot's conversation with a person (channels/direct, im.create, conversations.open).
It keeps the messages that arrived in `posts`.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN, BOT = "bot-token", "bot-user"
CHANNEL = "c6wpf3mixbfh3xjxnyu4ouzxtr"
Answer = tuple[int, dict[str, Any] | str]


@dataclass
class ChatFake:
    """The messages of a chat, and answers that its next requests get instead."""

    url: str = ""
    posts: list[dict[str, Any]] = field(default_factory=list)
    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    next_answers: deque[tuple[int, dict[str, str], Any]] = field(default_factory=deque)
    lost_responses: int = 0  # of the next messages: they arrive, and the connection breaks
    rooms: set[str] = field(default_factory=set)  # conversations with one person
    can_search: bool = True  # False: the bot lacks the permission

    def answer_next(
        self, status: int, headers: dict[str, str] | None = None, body: Any = ""
    ) -> None:
        self.next_answers.append((status, headers or {}, body))

    def texts(self) -> list[str]:
        return [
            post.get("text") or post.get("message") or post.get("msg") or "" for post in self.posts
        ]

    def _keep(self, body: dict[str, Any], made: str = "") -> str:
        made = made or f"post{len(self.posts) + 1}"
        self.posts.append({**body, "made": made})
        return made

    def has(self, made: str) -> bool:
        return any(post["made"] == made for post in self.posts)

    def is_room(self, room: Any) -> bool:
        return room == CHANNEL or room in self.rooms

    def open_direct(self, path: str, headers: Any, body: Any) -> Answer | None:
        """Open the bot's conversation with a person, or return None for another path."""
        is_in = TOKEN in (headers.get("X-Auth-Token"), headers.get("Authorization", "")[7:])
        if path == "/api/v4/channels/direct":
            if not is_in or not isinstance(body, list) or body[0] != BOT or len(body) != 2:
                return 400, {"message": "Invalid or missing user_ids.", "status_code": 400}
            return 201, {"id": self._add_room(body[1]), "type": "D"}
        if path == "/api/v1/im.create":
            if not is_in or not body.get("username"):
                return 400, {"success": False, "error": "error-invalid-user"}
            return 200, {"success": True, "room": {"_id": self._add_room(body["username"])}}
        if path == "/api/conversations.open":
            if not is_in or not body.get("users"):
                return 200, {"ok": False, "error": "user_not_found"}
            return 200, {"ok": True, "channel": {"id": self._add_room(body["users"])}}
        return None

    def _add_room(self, person: str) -> str:
        self.rooms.add(f"direct-{person}")
        return f"direct-{person}"

    def webhook(self, path: str, body: dict[str, Any]) -> Answer:
        """Incoming webhooks of all three, which return no ID."""
        if path not in {"/hooks/good", "/services/T0/B0/good"}:
            return 400, {"id": "web.incoming_webhook.invalid.app_error", "status_code": 400}
        if not body.get("text"):
            return 400, "no_text"
        self._keep(body)
        return 200, "ok"

    def mattermost_post(self, headers: Any, body: dict[str, Any]) -> Answer:
        if headers.get("Authorization") != f"Bearer {TOKEN}":
            return 401, {"message": "Invalid or expired session.", "status_code": 401}
        if not self.is_room(body.get("channel_id")):
            return 403, {"message": "You don't have the permissions.", "status_code": 403}
        if len(body.get("message", "")) > 16_383:
            return 400, {"message": "Post Message property is too long.", "status_code": 400}
        if body.get("root_id") and not self.has(body["root_id"]):
            return 400, {
                "id": "api.post.create_post.root_id.app_error",
                "message": "Invalid RootId parameter.",
                "status_code": 400,
            }
        return 201, {"id": self._keep(body), "channel_id": CHANNEL}

    def rocketchat_post(self, headers: Any, body: dict[str, Any]) -> Answer:
        if headers.get("X-Auth-Token") != TOKEN or headers.get("X-User-Id") != BOT:
            return 401, {"status": "error", "message": "You must be logged in to do this."}
        message = body["message"]
        if not self.is_room(message.get("rid")):
            return 400, {"success": False, "error": "error-invalid-room"}
        if len(message.get("msg", "")) > 5_000:
            return 400, {"success": False, "error": "error-message-size-exceeded"}
        if self.has(message.get("_id", "")):  # it stores nothing, and has nothing to return
            return 400, {"success": False, "error": "Cannot read properties of undefined"}
        made = self._keep(message, message.get("_id", ""))
        return 200, {"message": {**message, "_id": made}, "success": True}

    def find(self, path: str, query: dict[str, list[str]]) -> Answer | None:
        """Messages that are there already, or None for another path."""
        posts = self.posts if self.can_search else []
        if path == f"/api/v4/channels/{CHANNEL}/posts":
            assert int(query["since"][0]) > 1_000_000_000_000  # milliseconds
            if not self.can_search:
                return 403, {"message": "You don't have the permissions.", "status_code": 403}
            found = {each["made"]: {**each, "id": each["made"]} for each in posts}
            return 200, {"order": list(found), "posts": found}
        if path == "/api/v1/chat.getMessage":
            ids = [each["made"] for each in posts]
            if query["msgId"][0] not in ids:
                return 400, {"success": False}
            return 200, {"success": True, "message": {"_id": query["msgId"][0], "rid": CHANNEL}}
        if path in {"/api/conversations.history", "/api/conversations.replies"}:
            if not self.can_search:
                return 200, {"ok": False, "error": "missing_scope"}
            root = query.get("ts", [""])[0]
            assert bool(root) == path.endswith("replies")
            inside = [each for each in posts if each.get("thread_ts", "") == root]
            return 200, {"ok": True, "messages": [{**each, "ts": each["made"]} for each in inside]}
        return None

    def slack_post(self, headers: Any, body: dict[str, Any]) -> Answer:
        if headers.get("Authorization") != f"Bearer {TOKEN}":
            return 200, {"ok": False, "error": "invalid_auth"}
        if not self.is_room(body.get("channel")):
            return 200, {"ok": False, "error": "channel_not_found"}
        return 200, {"ok": True, "channel": CHANNEL, "ts": self._keep(body)}

    def user(self, path: str, query: dict[str, list[str]], headers: Any) -> Answer:
        """Details of a user, in the form of the chat that the path belongs to."""
        if path == "/api/v1/users.info":
            found = self.users.get(query.get("userId", [""])[0])
            is_in = headers.get("X-Auth-Token") == TOKEN
            return (200, {"success": True, "user": found}) if found and is_in else (
                400, {"success": False, "error": "User not found."}
            )  # fmt: skip
        is_in = headers.get("Authorization") == f"Bearer {TOKEN}"
        if path == "/api/users.info":
            found = self.users.get(query.get("user", [""])[0])
            return 200, {"ok": True, "user": found} if found and is_in else {
                "ok": False, "error": "user_not_found",
            }  # fmt: skip
        if path == "/api/v4/users/me":
            return (200, {"id": BOT}) if is_in else (401, {"message": "Invalid session."})
        found = self.users.get(path.rpartition("/")[2])
        return (200, found) if found and is_in else (404, {"message": "Unable to find the user."})


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    fake: ChatFake

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.fake.asked.append(parts.path)
        query = parse_qs(parts.query)
        found = self.fake.find(parts.path, query)
        self.send(*(found or self.fake.user(parts.path, query, self.headers)))

    def do_POST(self) -> None:
        fake, path = self.fake, urlsplit(self.path).path
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        fake.asked.append(path)
        if fake.next_answers:
            status, headers, content = fake.next_answers.popleft()
            self.send(status, content, headers)
        elif opened := fake.open_direct(path, self.headers, body):
            self.send(*opened)
        elif path == "/api/v4/posts":
            self.send(*fake.mattermost_post(self.headers, body))
        elif path == "/api/v1/chat.sendMessage":
            self.send(*fake.rocketchat_post(self.headers, body))
        elif path == "/api/chat.postMessage":
            self.send(*fake.slack_post(self.headers, body))
        else:
            self.send(*fake.webhook(path, body))

    def send(
        self, status: int, content: dict[str, Any] | str, headers: dict[str, str] | None = None
    ) -> None:
        if self.command == "POST" and self.fake.lost_responses:
            self.fake.lost_responses -= 1
            self.close_connection = True
            return
        body = content.encode() if isinstance(content, str) else json.dumps(content).encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def serve_chat() -> Iterator[ChatFake]:
    """A fake that listens on this machine until the block ends."""
    fake = ChatFake()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"fake": fake}))
    server.daemon_threads = True
    fake.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
    ).start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
