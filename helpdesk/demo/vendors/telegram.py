"""A fake of Telegram's Bot API, after core.telegram.org/bots/api.

It knows one bot. It refuses what Telegram refuses: a wrong token (401), an unknown method (404), a
webhook that isn't https or whose secret has other characters, a chat that nobody has started, an
empty or too long text, people who have blocked the bot (403), and more messages than `left` (429
with retry_after in the body).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar

from helpdesk.demo.vendors.contract import Call, FakeVendor, Play, PlayField, Reply

BOT = "AcmeSupportBot"
TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"  # noqa: S105 (the example of the vendor)
NAME = PlayField("name", "Name", initial="Rita Moreno")
RITA = 7_000_001
MAX_CHARS = 4096
MAX_FILE = 20 * 1024 * 1024
FORM_FIELD = re.compile(
    rb'Content-Disposition: form-data; name="([^"]+)"(?:; filename="([^"]+)")?\r\n'
    rb"(?:Content-Type: [^\r]*\r\n)?\r\n(.*?)\r\n--",
    re.DOTALL,
)
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
LOCAL = ("http://127.0.0.1", "http://localhost", "http://testserver")  # instead of https


@dataclass
class _Hook:
    url: str = ""
    secret: str = ""
    updates: list[str] = field(default_factory=list)
    pending: int = 0
    error: str = ""


class TelegramFake(FakeVendor):
    """One bot, its chats and their messages. sent: what the bot has written, in order."""

    name: ClassVar[str] = "telegram"
    title: ClassVar[str] = "Telegram"
    kinds: ClassVar[tuple[str, ...]] = ("telegram",)
    plays: ClassVar[tuple[Play, ...]] = (
        Play(
            "write",
            "Write to the bot",
            (NAME, PlayField("text", "Message", "text", "Hello! Is the server down?")),
        ),
        Play("sticker", "Send a sticker", (NAME,)),
        Play(
            "edit",
            "Edit the newest message",
            (PlayField("text", "Message", "text", "Hello! It works again."),),
        ),
        Play("block", "Block the bot"),
    )

    def __init__(self) -> None:
        super().__init__()
        self.token, self.bot = TOKEN, BOT
        self.hook = _Hook()
        self.chats: dict[int, str] = {}
        self.blocked: set[int] = set()
        self.files: dict[str, bytes] = {}
        self.sent: list[dict[str, Any]] = []
        self.left: int | None = None
        self.newest: dict[int, int] = {}  # by person: the message to edit
        self.last_id = 0

    def answer(self, call: Call) -> Reply:
        """Return Telegram's response: {"ok": true, "result"} or an error."""
        if call.path == f"/file/bot{self.token}/" + call.path.rpartition("/")[2]:
            return self._give_file(call.path.rpartition("/")[2])
        found = re.fullmatch(r"/bot([^/]+)/(\w+)", call.path)
        if not found:
            return _fail(404, "Not Found")
        if found[1] != self.token:
            return _fail(401, "Unauthorized")
        method = getattr(self, f"_do_{found[2].lower()}", None)
        given = call.json() or read_form(call)
        return (
            method(given if isinstance(given, dict) else {}) if method else _fail(404, "Not Found")
        )

    def _do_getme(self, given: dict[str, Any]) -> Reply:
        me = {"id": 110201543, "is_bot": True, "first_name": "Acme Support", "username": self.bot}
        return _give(me)

    def _do_setwebhook(self, given: dict[str, Any]) -> Reply:
        url, secret = str(given.get("url") or ""), str(given.get("secret_token") or "")
        if url and not url.startswith(("https://", *LOCAL)):
            why = "bad webhook: An HTTPS URL must be provided for webhook"
            return _fail(400, f"Bad Request: {why}")
        if secret and not SECRET.fullmatch(secret):
            return _fail(400, "Bad Request: secret token contains unallowed characters")
        self.hook = _Hook(url, secret, list(given.get("allowed_updates") or []))
        return Reply(200, {"ok": True, "result": True, "description": "Webhook was set"})

    def _do_getwebhookinfo(self, given: dict[str, Any]) -> Reply:
        info: dict[str, Any] = {"url": self.hook.url, "has_custom_certificate": False}
        info["pending_update_count"] = self.hook.pending
        if self.hook.error:
            info["last_error_message"] = self.hook.error
        return _give(info)

    def _do_sendmessage(self, given: dict[str, Any]) -> Reply:
        text = str(given.get("text") or "")
        chat = _read_number(given.get("chat_id"))
        if problem := self._find_problem(chat):
            return problem
        if not text.strip():
            return _fail(400, "Bad Request: message text is empty")
        if len(text) > MAX_CHARS:
            return _fail(400, "Bad Request: message is too long")
        if self.left is not None and self.left <= 0:
            return _fail(429, "Too Many Requests: retry after 7", retry_after=7)
        self.left = self.left if self.left is None else self.left - 1
        message = {"message_id": self._next(), "chat": {"id": chat, "type": "private"}}
        message |= {"date": _now(), "text": text}
        self.sent.append(message)
        return _give(message)

    def _find_problem(self, chat: int) -> Reply | None:
        if chat not in self.chats:
            return _fail(400, "Bad Request: chat not found")
        if chat in self.blocked:
            return _fail(403, "Forbidden: bot was blocked by the user")
        return None

    def _do_senddocument(self, given: dict[str, Any]) -> Reply:
        chat = _read_number(given.get("chat_id"))
        if problem := self._find_problem(chat):
            return problem
        if not given.get("document"):
            return _fail(400, "Bad Request: there is no document in the request")
        message = {"message_id": self._next(), "chat": {"id": chat, "type": "private"}}
        message |= {"date": _now(), "document": {"file_name": given["document"]}}
        self.sent.append(message)
        return _give(message)

    def _do_getfile(self, given: dict[str, Any]) -> Reply:
        file_id = str(given.get("file_id") or "")
        if file_id not in self.files:
            return _fail(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        if len(self.files[file_id]) > MAX_FILE:
            return _fail(400, "Bad Request: file is too big")
        size = len(self.files[file_id])
        return _give({"file_id": file_id, "file_size": size, "file_path": file_id})

    def _give_file(self, file_id: str) -> Reply:
        if file_id not in self.files:
            return _fail(404, "Not Found")
        kind = {"Content-Type": "application/octet-stream"}
        return Reply(200, self.files[file_id], kind)

    def play(self, action: str, data: Mapping[str, Any]) -> Any:
        """Act as somebody who writes to the bot. Return the update and the webhook's status."""
        person = int(data.get("person") or RITA)
        if action == "connect":
            return self._connect(data)
        if action == "block":
            self.blocked.add(person)
            return {"blocked": True}
        given = dict(data)
        if action == "sticker":
            given["sticker"] = {"file_id": "CAADsticker", "emoji": "👍", "type": "regular"}
        if action == "edit":
            given.setdefault("message_id", self.newest.get(person, 1))
        update = self.make_update(person, given, is_edit=action == "edit")
        return {"update": update, "status": self.send_update(update)}

    def _connect(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Take a connection's bot, with the webhook that testing the connection sets."""
        self.token, self.bot = data["secrets"]["bot_token"], str(data["external_id"])
        url = str(data["url"])
        name = url.rstrip("/").rpartition("/")[2]
        secret = hmac.new(self.token.encode(), name.encode(), hashlib.sha256).hexdigest()
        self.hook = _Hook(url, secret, ["message", "edited_message"])
        return {}

    def make_update(
        self, person: int, data: Mapping[str, Any], *, is_edit: bool = False
    ) -> dict[str, Any]:
        """Return an update as Telegram writes it. data: "name", "text", "message_id", and parts.

        Parts: any others of the message, such as "photo" or "sticker"; "chat" replaces the chat.
        """
        name = str(data.get("name") or "Rita Moreno")
        first, _space, last = name.partition(" ")
        self.chats[person] = name
        author = {"id": person, "is_bot": False, "first_name": first, "language_code": "en"}
        message: dict[str, Any] = {
            "message_id": int(data.get("message_id") or self._next()),
            "from": author | ({"last_name": last} if last else {}),
            "chat": {"id": person, "first_name": first, "type": "private"},
            "date": int(data.get("date") or _now()),
        }
        self.newest[person] = message["message_id"]
        parts = set(data) - {"person", "name", "message_id", "date", "content"}
        message |= {part: data[part] for part in parts}
        if is_edit:
            message["edit_date"] = message["date"] + 60
        kind = "edited_message" if is_edit else "message"
        return {"update_id": 10_000 + self._next(), kind: message}

    def send_update(self, update: Mapping[str, Any]) -> int:
        """Deliver an update to the webhook. Return the status, 0 if nobody listens."""
        kind = next(name for name in update if name != "update_id")
        if not self.hook.url or (self.hook.updates and kind not in self.hook.updates):
            return 0
        headers = {"Content-Type": "application/json"}
        if self.hook.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = self.hook.secret
        status = self.deliver(self.hook.url, json.dumps(update).encode(), headers)
        if not 200 <= status < 300:
            self.hook.pending += 1
            self.hook.error = f"Wrong response from the webhook: {status}"
        return status

    def add_file(self, content: bytes) -> str:
        """Upload a file as a person does. Return Telegram's ID of it."""
        file_id = f"BQADAgADRQ{self._next():04d}"
        self.files[file_id] = content
        return file_id

    def _next(self) -> int:
        self.last_id += 1
        return self.first_number + self.last_id


def read_form(call: Call) -> dict[str, Any]:
    """Return the fields of a multipart form; of a file, its name."""
    found = FORM_FIELD.findall(call.body)
    return {name.decode(): (file or content).decode() for name, file, content in found}


def _give(result: Any) -> Reply:
    return Reply(200, {"ok": True, "result": result})


def _fail(status: int, description: str, **parameters: int) -> Reply:
    error: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    return Reply(status, error | ({"parameters": parameters} if parameters else {}))


def _read_number(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0


def _now() -> int:
    return int(datetime.now(UTC).timestamp())
