"""The fake of Facebook refuses what Graph refuses, with Graph's codes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channels_intake.connectors.meta.signature import make_proof
from helpdesk.demo.vendors.contract import Call
from helpdesk.demo.vendors.meta import FakeMeta
from tests.connectors.graph import SECRETS

NOW = datetime(2026, 11, 18, 13, tzinfo=UTC)
PROOF = make_proof("EAAtoken", "app secret")


@pytest.fixture(params=["facebook", "instagram"])
def fake(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> FakeMeta:
    meta = FakeMeta()
    meta.now = lambda: NOW
    monkeypatch.setattr(meta, "deliver", lambda *_: 200)
    data = {"kind": request.param, "external_id": "1", "url": "/", "secrets": SECRETS}
    meta.play("connect", data)
    meta.play("message", {"name": "Rosa", "text": "Hello?"})
    return meta


def ask(fake: FakeMeta, path: str, body: Any = None, **changes: Any) -> tuple[int, int]:
    """Return the status of a response, and the code of its error."""
    call = {
        "method": "POST" if body is not None else "GET",
        "path": path,
        "query": {"appsecret_proof": PROOF},
        "headers": {"authorization": "Bearer EAAtoken", "content-type": "application/json"},
        "body": json.dumps(body).encode(),
        **changes,
    }
    reply = fake.respond(Call(**call))
    content = reply.content if isinstance(reply.content, dict) else {}
    return reply.status, content.get("error", {}).get("code", 0)


def send(fake: FakeMeta, text: str = "Hello.", **fields: Any) -> tuple[int, int]:
    person = next(iter(fake.books["1"].people))
    message = {"recipient": {"id": person}, "message": {"text": text}}
    return ask(fake, "/v26.0/me/messages", {**message, "messaging_type": "RESPONSE", **fields})


def test_a_message_is_taken(fake: FakeMeta) -> None:
    assert send(fake) == (200, 0)


@pytest.mark.parametrize(
    ("path", "changes", "found"),
    [
        ("/v12.0/1", {}, (400, 2635)),
        ("/1", {}, (400, 2500)),
        ("/v26.0/1/nothing", {}, (400, 2500)),
        ("/v26.0/77", {}, (400, 100)),
        ("/v26.0/1", {"headers": {}}, (401, 190)),
        ("/v26.0/1", {"query": {}}, (400, 100)),
        ("/v26.0/1", {"query": {"appsecret_proof": "0"}}, (400, 100)),
        ("/v26.0/1", {}, (200, 0)),
    ],
)
def test_the_front_door(
    fake: FakeMeta, path: str, changes: dict[str, Any], found: tuple[int, int]
) -> None:
    assert ask(fake, path, **changes) == found


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"recipient": {"id": "99"}}, 100),
        ({"recipient": None}, 100),
        ({"recipient": {"comment_id": "99"}}, 100),
        ({"message": {}}, 100),
        ({"message": {"text": "a", "attachment": {"type": "image"}}}, 100),
        ({"message": {"attachment": {"type": "image"}}}, 100),
        ({"messaging_type": "UPDATE!"}, 100),
        ({"messaging_type": "MESSAGE_TAG", "tag": "ACCOUNT_UPDATE"}, 100),
    ],
)
def test_a_message_that_is_not_as_documented(
    fake: FakeMeta, fields: dict[str, Any], code: int
) -> None:
    assert send(fake, **fields) == (400, code)


def test_the_length_of_a_text(fake: FakeMeta) -> None:
    fits, most = ("é" * 500, 500) if fake.get_place({}).kind == "instagram" else ("é" * 2000, 2000)
    assert send(fake, fits) == (200, 0)
    assert send(fake, "é" * (most + 1)) == (400, 100)


@pytest.mark.parametrize(
    ("hours", "kind", "tag", "code"),
    [
        (23, "RESPONSE", "", 0),
        (25, "RESPONSE", "", 10),
        (25, "MESSAGE_TAG", "HUMAN_AGENT", 0),
        (24 * 7, "MESSAGE_TAG", "HUMAN_AGENT", 10),
    ],
)
def test_the_windows(fake: FakeMeta, hours: int, kind: str, tag: str, code: int) -> None:
    fake.now = lambda: NOW + timedelta(hours=hours)
    assert send(fake, messaging_type=kind, tag=tag)[1] == code


def test_one_private_reply_to_a_comment_within_seven_days(fake: FakeMeta) -> None:
    first, second = (fake.play("comment", {"name": "Rosa", "text": "?"})["id"] for _ in range(2))
    assert send(fake, recipient={"comment_id": first}) == (200, 0)
    assert send(fake, recipient={"comment_id": first}) == (400, 10900)
    fake.now = lambda: NOW + timedelta(days=7)
    assert send(fake, recipient={"comment_id": second}) == (400, 10)


def test_a_comment_that_is_gone_or_empty_or_too_long(fake: FakeMeta) -> None:
    is_instagram = fake.get_place({}).kind == "instagram"
    edge, most = ("replies", 300) if is_instagram else ("comments", 8000)
    fake.now = lambda: NOW + timedelta(minutes=1)
    comment = fake.play("comment", {"name": "Rosa", "text": "?"})["id"]
    path = f"/v26.0/{comment}/{edge}"
    assert ask(fake, path, {"message": "x" * most}) == (200, 0)
    assert ask(fake, path, {"message": "x" * (most + 1)}) == (400, 100)
    assert ask(fake, path, {"message": " "}) == (400, 100)
    fake.play("delete", {"name": "Rosa"})
    assert ask(fake, path, {"message": "x"}) == (400, 100)


def test_a_limit_is_said_with_its_header(fake: FakeMeta) -> None:
    fake.minutes_blocked = 5
    assert send(fake) == (400, 613)


def test_people_do_what_they_can(fake: FakeMeta) -> None:
    for action in ("edit", "delete", "read", "delivered", "block"):
        assert fake.play(action, {"name": "Nobody yet"})["status"] in (0, 200)
