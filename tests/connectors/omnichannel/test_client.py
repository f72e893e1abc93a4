"""Answers and files of Rocket.Chat's live chat, against a fake that refuses what it refuses."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from channels_intake.calls.errors import CallLaterError, CallRefusedError
from channels_intake.connections.contract import RefusedError, RemoteFile, Request, UnreadableError
from channels_intake.connectors.omnichannel.connector import OmnichannelConnector
from channels_intake.models import (
    ChannelMessage,
    Connection,
    ConnectionKind,
    Conversation,
    OutgoingCall,
)
from tests.cast import NOON, Cast
from tests.connectors.omnichannel.workspace import Workspace

CONNECTOR = OmnichannelConnector()
TOKEN = "X-RocketChat-Livechat-Token"


def make_part(connection: Connection, room: str) -> ChannelMessage:
    conversation = Conversation(connection=connection, desk=connection.desk, external_id=room)
    return ChannelMessage(pk=12, connection=connection, conversation=conversation)


def make_call(text: str = "Hello", attempts: int = 1) -> OutgoingCall:
    return OutgoingCall(body={"text": text}, attempts=attempts)


def ask(headers: Mapping[str, str], body: bytes, method: str = "POST") -> Request:
    return Request(method, {}, headers, body)


def test_an_answer_is_in_the_room_once(connection: Connection, fake: Workspace) -> None:
    room = fake.play("write", {"name": "Mariam", "text": "Hi"})["room"]
    part = make_part(connection, room)
    sent = CONNECTOR.send(part, make_call(), at=NOON)
    assert sent.content == f"plumbline{connection.pk}x12"
    again = CONNECTOR.send(part, make_call(attempts=2), at=NOON)  # the first response was lost
    assert again.content == sent.content
    assert [one["msg"] for one in fake.rooms[room]["messages"]] == ["Hi", "Hello"]


def test_an_echo_of_an_answer_is_known_as_ours(connection: Connection, fake: Workspace) -> None:
    room = fake.play("write", {"name": "Mariam", "text": "Hi"})["room"]
    sent = CONNECTOR.send(make_part(connection, room), make_call(), at=NOON)
    _url, body, _headers = fake.hooks[-1]
    [item] = CONNECTOR.translate(connection, body)
    assert item.external_id == sent.content  # type: ignore[union-attr] # fails for others


@pytest.mark.parametrize("wrong", ["expired", ""])
def test_a_wrong_token_is_tried_again_later(
    connection: Connection, fake: Workspace, wrong: str
) -> None:
    room = fake.play("write", {"name": "Mariam", "text": "Hi"})["room"]
    fake.places["agent1"] = {"secrets": {"auth_token": "new", "webhook_token": "x"}, "url": ""}
    with pytest.raises(CallLaterError):
        CONNECTOR.send(make_part(connection, room), make_call(), at=NOON)
    refusal = "Rocket.Chat doesn't accept the user ID or the token. Enter them again."
    assert CONNECTOR.check(connection, at=NOON) == refusal


def test_an_ended_or_unknown_chat_refuses(connection: Connection, fake: Workspace) -> None:
    room = fake.play("write", {"name": "Mariam", "text": "Hi"})["room"]
    fake.play("close", {})
    for gone in (room, "unknown"):
        with pytest.raises(CallRefusedError):
            CONNECTOR.send(make_part(connection, gone), make_call(), at=NOON)


def test_a_rate_limit_says_when_to_go_on(connection: Connection, fake: Workspace) -> None:
    room = fake.play("write", {"name": "Mariam", "text": "Hi"})["room"]
    reset = str(int(NOON.timestamp() + 60) * 1000)  # in milliseconds
    limit = {"X_RateLimit_Limit": "10", "X_RateLimit_Remaining": "0", "X_RateLimit_Reset": reset}
    fake.fail_next(429, {"success": False, "error": "error-too-many-requests"}, **limit)
    with pytest.raises(CallLaterError) as limited:
        CONNECTOR.send(make_part(connection, room), make_call(), at=NOON)
    assert limited.value.seconds == 61


def test_a_file_is_fetched_from_the_workspace_only(connection: Connection, fake: Workspace) -> None:
    fake.play("write", {"name": "Mariam", "text": "", "file": b"PNG".hex()})
    _url, body, _headers = fake.hooks[-1]
    [message] = CONNECTOR.translate(connection, body)
    [file] = message.files  # type: ignore[union-attr] # fails for others
    assert CONNECTOR.fetch(connection, file, at=NOON) == b"PNG"
    with pytest.raises(CallRefusedError):
        CONNECTOR.fetch(connection, RemoteFile("http://169.254.169.254/meta"), at=NOON)


def test_the_token_is_the_signature(connection: Connection) -> None:
    body = json.dumps({"type": "LivechatOfflineMessage", "message": "Hi"}).encode()
    received = CONNECTOR.receive(connection, ask({TOKEN.lower(): "hook"}, body), at=NOON)
    assert [event.raw for event in received.events] == [body]
    assert received.answer.status == 200
    wrong: list[dict[str, Any]] = [{}, {TOKEN: ""}, {TOKEN: "Hook"}, {"X-Auth-Token": "hook"}]
    for headers in wrong:
        with pytest.raises(RefusedError):
            CONNECTOR.receive(connection, ask(headers, body), at=NOON)
    with pytest.raises(RefusedError):
        CONNECTOR.receive(connection, ask({TOKEN: "hook"}, b"", method="GET"), at=NOON)
    with pytest.raises(UnreadableError):
        CONNECTOR.receive(connection, ask({TOKEN: "hook"}, b"{"), at=NOON)


def test_a_token_that_cannot_be_decrypted_loses_nothing(
    connection: Connection, settings: Any
) -> None:
    settings.SECRET_KEY = "another-key-" + "x" * 50
    stored = Connection.objects.get(pk=connection.pk)
    with pytest.raises(CallLaterError):  # the webhook responds 503, and it is sent again
        CONNECTOR.receive(stored, ask({TOKEN: "hook"}, b"{}"), at=NOON)


def test_without_a_secret_nothing_is_received(in_rocket: Cast) -> None:
    bare = Connection(desk=in_rocket.desk, kind=ConnectionKind.ROCKETCHAT, name="Bare")
    with pytest.raises(RefusedError):
        CONNECTOR.receive(bare, ask({TOKEN: ""}, b"{}"), at=NOON)
