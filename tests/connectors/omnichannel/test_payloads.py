"""Rocket.Chat's Omnichannel webhook as items: messages, files, offline messages, ends."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from channels_intake.connections.contract import (
    Echo,
    Edited,
    Ended,
    Incoming,
    Item,
    Person,
    Progress,
    RemoteFile,
    UnreadableError,
)
from channels_intake.connectors.omnichannel.payloads import (
    SAMPLE_ROOM,
    Server,
    is_of_use,
    read_event,
)
from channels_intake.models import PartState

FOLDER = Path(__file__).parent / "payloads"
SERVER = Server("chat.example.com", "plumbline7x")


def load(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text())
    return loaded


def read(body: dict[str, Any]) -> list[Item]:
    return read_event(json.dumps(body).encode(), SERVER)


def with_message(**changes: Any) -> dict[str, Any]:
    body = load("message")
    return body | {"messages": [body["messages"][0] | changes]}


def test_a_visitors_message() -> None:
    [message] = read(load("message"))
    assert message == Incoming(
        external_id="mSg1JamesHello000",
        conversation_id="Tc5SyBZHovD4k8BXv",
        person=Person("63db8d4990fe6eda42ad429a", "James", scope="chat.example.com"),
        text="Hi 👋 my <b>push</b> is broken",
        at=datetime(2026, 11, 18, 12, 22, 14, 87_000, tzinfo=UTC),
        data={
            "email": "james@visitor.example",
            "department": "",
            "field:plan": "Starter",
            "field:productId": "123456",
        },
    )


def test_an_agents_message_is_an_echo_unless_plumbline_sent_it() -> None:
    agent = {"agentId": "aXjjcPwq4Pcp7xftH", "username": "user1", "msg": "Hello"}
    [echo] = read(with_message(**agent))
    assert isinstance(echo, Echo)
    assert (echo.external_id, echo.text) == ("mSg1JamesHello000", "Hello")
    [own] = read(with_message(**agent, _id="plumbline7x12"))
    assert isinstance(own, Progress)
    assert (own.external_id, own.state) == ("plumbline7x12", PartState.DELIVERED)


def test_an_edited_message_is_followed_by_its_change() -> None:
    message, edit = read(with_message(msg="new", editedAt="2026-11-18T12:30:00.000Z"))
    assert isinstance(message, Incoming)
    assert isinstance(edit, Edited)
    assert (edit.external_id, edit.text) == (message.external_id, "new")


def test_a_file_without_a_text() -> None:
    file = {
        "msg": "",
        "file": {"_id": "f1", "name": "screen.png", "type": "image/png"},
        "fileUpload": {
            "publicFilePath": "https://chat.example.com/file-upload/f1/screen.png?token=jwt",
            "type": "image/png",
            "size": 31_457_280,
        },
        "attachments": [{"title": "screen.png", "description": "It looks so"}],
    }
    [message] = read(with_message(**file))
    assert isinstance(message, Incoming)
    assert message.text == "It looks so"
    url = "https://chat.example.com/file-upload/f1/screen.png?token=jwt"
    assert message.files == (RemoteFile(url, "screen.png", "image/png", 31_457_280),)


def test_an_offline_message_is_known_by_its_content() -> None:
    [message] = read(load("offline"))
    assert isinstance(message, Incoming)
    assert message.external_id == message.conversation_id == message.person.external_id
    assert message.external_id.startswith("offline:")
    assert message.person.email == ""  # nobody has checked it
    assert message.data["email"] == "form@visitor.example"
    assert read(load("offline")) == [message]
    [other] = read(load("offline") | {"sentAt": "2026-11-18T12:55:54.000Z"})
    assert isinstance(other, Incoming)
    assert other.external_id != message.external_id


def test_the_end_brings_the_transcript_and_what_was_missed() -> None:
    message, echo, end = read(load("close_old"))
    assert isinstance(message, Incoming)
    assert isinstance(echo, Echo)
    assert message.person.external_id == "room:oldRoomWithoutIds1"
    assert message.external_id.startswith("hash:")
    assert message.external_id != echo.external_id
    assert end == Ended(
        "oldRoomWithoutIds1",
        datetime(2026, 11, 18, 12, 45, 16, 856_000, tzinfo=UTC),
        "2026-11-18 12:41:16 UTC  visitor name: message content\n"
        "2026-11-18 12:45:16 UTC  agent.username: from agent",
    )


@pytest.mark.parametrize("system", [{"closingMessage": True}, {"navigation": {"page": {}}}])
def test_what_nobody_wrote_is_no_message(system: dict[str, Any]) -> None:
    assert read(with_message(**system)) == []


@pytest.mark.parametrize(
    ("body", "useful"),
    [
        (load("message"), True),
        (load("offline"), True),
        (load("close_old"), True),
        (load("close_old") | {"_id": SAMPLE_ROOM}, False),  # "Send Test"
        (load("message") | {"type": "LivechatSessionStart", "messages": []}, False),
        (load("message") | {"type": "LivechatSessionTaken"}, True),
        (load("message") | {"type": "LeadCapture"}, False),
        ({}, False),
    ],
)
def test_only_requests_about_conversations_are_stored(body: dict[str, Any], useful: bool) -> None:
    assert is_of_use(body) is useful


@pytest.mark.parametrize(
    "change",
    [
        {"_id": None},
        {"visitor": "James"},
        {"messages": [{"username": "guest-3", "msg": "Hi", "ts": "today"}]},
    ],
)
def test_a_broken_body_is_unreadable(change: dict[str, Any]) -> None:
    with pytest.raises(UnreadableError):
        read(load("message") | change)


@pytest.mark.parametrize("raw", [b"", b"[1]", b"\xff\xfe"])
def test_what_is_no_json_is_unreadable(raw: bytes) -> None:
    with pytest.raises(UnreadableError):
        read_event(raw, SERVER)


def test_half_an_emoji_has_an_id_of_its_own() -> None:
    """Of a server that gives no IDs, whose visitor's program has cut a text."""
    body = load("message")
    first = {name: said for name, said in body["messages"][0].items() if name != "_id"}
    [message] = read(body | {"messages": [first | {"msg": "Hi \ud83d"}]})
    assert isinstance(message, Incoming)
    assert message.external_id.startswith("hash:")


def test_names_of_a_visitors_fields_are_storable() -> None:
    body = load("message")
    visitor = body["visitor"] | {"customFields": {"pl\x00an": "Starter", "none": ""}}
    [message] = read(body | {"visitor": visitor, "customFields": {}})
    assert isinstance(message, Incoming)
    assert "field:plan" in message.data
    assert "field:none" not in message.data
