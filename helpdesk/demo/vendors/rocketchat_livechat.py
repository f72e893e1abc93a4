"""A fake of a Rocket.Chat workspace with Omnichannel: its webhook, and its REST API for agents.

Written after https://docs.rocket.chat/docs/webhooks,
https://developer.rocket.chat/apidocs/send-message (chat.sendMessage),
https://developer.rocket.chat/apidocs/get-message (chat.getMessage), and what the server sends:
apps/meteor/app/livechat/server/hooks/sendToCRM.ts and lib/webhooks.ts in its repository.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from helpdesk.demo.vendors.contract import Call, FakeVendor, Play, PlayField, Reply

MAX_CHARS = 5_000
ATTEMPTS = 5
NAME = PlayField("name", "Name", initial="Mariam")
EMAIL = PlayField("email", "Email", initial="mariam@visitor.example")
NOT_AUTHORIZED = {"status": "error", "message": "You must be logged in to do this."}


class RocketChatLivechat(FakeVendor):
    """Rooms by ID, of all connected workspaces; agents by their token."""

    name = "rocketchat_livechat"
    title = "Live chat, in Rocket.Chat Omnichannel"
    kinds = ("rocketchat",)
    plays = (
        Play(
            "write",
            "Write in the chat",
            (NAME, EMAIL, PlayField("text", "Message", "text", "Hi! Can I move to another plan?")),
        ),
        Play(
            "agent",
            "Answer as an agent, in Rocket.Chat",
            (PlayField("text", "Message", "text", "Hello! One moment, please."),),
        ),
        Play("close", "End the chat"),
        Play(
            "offline",
            "Leave an offline message",
            (NAME, EMAIL, PlayField("text", "Message", "text", "Nobody is here. Please write me.")),
        ),
    )

    def __init__(self) -> None:
        super().__init__()
        self.places: dict[str, Mapping[str, Any]] = {}  # what "connect" said, by user ID
        self.rooms: dict[str, dict[str, Any]] = {}
        self.files: dict[str, bytes] = {}

    def answer(self, call: Call) -> Reply:
        user_id = call.get_header("X-User-Id")
        place = self.places.get(user_id)
        token = place["secrets"]["auth_token"] if place else None
        if token is None or call.get_header("X-Auth-Token") != token:
            return Reply(401, NOT_AUTHORIZED)
        if call.method == "GET" and call.path in self.files:
            return Reply(200, self.files[call.path], {"Content-Type": "image/png"})
        if (call.method, call.path) == ("GET", "/api/v1/me"):
            return Reply(200, {"_id": user_id, "success": True})
        if (call.method, call.path) == ("GET", "/api/v1/chat.getMessage"):
            return self._get_message(call.query.get("msgId", ""))
        if (call.method, call.path) == ("POST", "/api/v1/chat.sendMessage"):
            return self._take_message(call, user_id)
        return Reply(404, {"success": False, "error": "Unknown endpoint"})

    def _get_message(self, key: str) -> Reply:
        found = next((one for one in self._list_messages() if one["_id"] == key), None)
        if found is None:
            return Reply(400, {"success": False})
        return Reply(200, {"message": found, "success": True})

    def _take_message(self, call: Call, user_id: str) -> Reply:
        message = (call.json() or {}).get("message")
        if not isinstance(message, dict) or not message.get("rid"):
            return _fail("The 'rid' property on the message object is missing.")
        room = self.rooms.get(message["rid"])
        if room is None or room["user_id"] != user_id:
            return _fail("error-invalid-room")
        if not room["is_open"]:
            return _fail("room-closed")
        if len(str(message.get("msg") or "")) > MAX_CHARS:
            return _fail("error-message-size-exceeded")
        if any(one["_id"] == message.get("_id") for one in self._list_messages()):
            return _fail("error-duplicate-id")
        sent = self._add(room, str(message["msg"]), by=user_id, key=message.get("_id"))
        self._tell(room, "Message", [sent])
        return Reply(200, {"message": {**sent, "rid": room["_id"]}, "success": True})

    def _list_messages(self) -> list[dict[str, Any]]:
        return [message for room in self.rooms.values() for message in room["messages"]]

    def play(self, action: str, data: Mapping[str, Any]) -> Any:
        if action == "connect":
            self.places[str(data["settings"]["user_id"])] = data
            return {}
        with self.lock:
            user_id = next(iter(self.places))
            if action == "offline":
                return self._leave_message(user_id, data)
            if action == "write":
                return self._write(user_id, data)
            room = self._find_room(user_id, str(data.get("room") or ""))
            if room is None:
                return {"error": "There is no chat yet."}
            if action == "agent":
                sent = self._add(room, str(data["text"]), by=user_id)
                return self._tell(room, "Message", [sent])
            if action == "take":
                return self._tell(room, "LivechatSessionTaken", room["messages"])
            if action == "edit":
                room["messages"][-1].update(msg=str(data["text"]), editedAt=_now())
                return self._tell(room, "Message", room["messages"][-1:])
            if action == "close":
                room["is_open"] = False
                return self._tell(room, "LivechatSession", room["messages"], closedAt=_now())
        raise ValueError(action)

    def _find_room(self, user_id: str, room_id: str) -> dict[str, Any] | None:
        mine = [room for room in self.rooms.values() if room["user_id"] == user_id]
        return next((room for room in reversed(mine) if room_id in ("", room["_id"])), None)

    def _write(self, user_id: str, data: Mapping[str, Any]) -> dict[str, Any]:
        """Write as the visitor: in the open chat of that name, or in a new one."""
        name = str(data.get("name") or "Guest")
        room = self._find_room(user_id, str(data.get("room") or ""))
        if room is None or not room["is_open"] or room["visitor"]["name"] != name:
            room = self._open(user_id, name, data)
        message = self._add(room, str(data.get("text") or ""))
        if content := data.get("file"):
            self._attach(message, room, bytes.fromhex(content), data.get("size"))
        return self._tell(room, "Message", [message])

    def _open(self, user_id: str, name: str, data: Mapping[str, Any]) -> dict[str, Any]:
        email = [{"address": str(data["email"])}] if data.get("email") else []
        room: dict[str, Any] = {
            "_id": uuid4().hex[:17],
            "user_id": user_id,
            "is_open": True,
            "createdAt": _now(),
            "visitor": {
                "_id": uuid4().hex[:24],
                "token": uuid4().hex,
                "name": name,
                "username": f"guest-{len(self.rooms) + 1}",
                "email": email,
                "phone": None,
                "customFields": dict(data.get("custom_fields") or {}),
            },
            "messages": [],
        }
        self.rooms[room["_id"]] = room
        self._tell(room, "LivechatSessionStart", [])
        return room

    def _add(
        self, room: dict[str, Any], text: str, *, by: str = "", key: str | None = None
    ) -> dict[str, Any]:
        message: dict[str, Any] = {
            "_id": key or uuid4().hex[:17],
            "username": "support.agent" if by else room["visitor"]["username"],
            "msg": text,
            "ts": _now(),
            "rid": room["_id"],
            **({"agentId": by} if by else {}),
        }
        room["messages"].append(message)
        return message

    def _attach(
        self, message: dict[str, Any], room: dict[str, Any], content: bytes, size: int | None
    ) -> None:
        path = f"/file-upload/{uuid4().hex}/screen.png"
        self.files[path] = content
        message["file"] = {"_id": uuid4().hex, "name": "screen.png", "type": "image/png"}
        message["fileUpload"] = {
            "publicFilePath": f"{self.url}{path}?token=jwt",
            "type": "image/png",
            "size": size or len(content),
        }

    def _leave_message(self, user_id: str, data: Mapping[str, Any]) -> dict[str, Any]:
        body = {
            "type": "LivechatOfflineMessage",
            "sentAt": _now(),
            "visitor": {"name": str(data["name"]), "email": str(data["email"])},
            "message": str(data["text"]),
        }
        return {"status": self._post(self.places[user_id], body)}

    def _tell(
        self, room: dict[str, Any], kind: str, messages: list[dict[str, Any]], **more: Any
    ) -> dict[str, Any]:
        place = self.places[room["user_id"]]
        body = {
            "_id": room["_id"],
            "label": room["visitor"]["name"],
            "createdAt": room["createdAt"],
            "lastMessageAt": _now(),
            "visitor": room["visitor"],
            "agent": {"_id": room["user_id"], "username": "support.agent", "name": "Support"},
            "type": kind,
            "messages": messages,
            **more,
        }
        return {"status": self._post(place, body), "room": room["_id"]}

    def _post(self, place: Mapping[str, Any], body: Mapping[str, Any]) -> int:
        """Deliver a webhook. Only 200 counts; 429 and 5xx are sent again, four times."""
        raw = json.dumps(body, ensure_ascii=False).encode()
        headers = {
            "Content-Type": "application/json",
            "X-RocketChat-Livechat-Token": str(place["secrets"]["webhook_token"]),
        }
        status = 0
        for _attempt in range(ATTEMPTS):
            status = self.deliver(str(place["url"]), raw, headers)
            if 0 < status < 500 and status != 429:
                break
        return status


def _fail(error: str) -> Reply:
    return Reply(400, {"success": False, "error": error})


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
