"""Slash commands: only from the chat that knows the secret, only for agents who are known."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Visibility
from accounts.tenancy import desk_scope
from channels_intake.models import ChatConnection, ChatPerson
from channels_intake.team_chat.commands import read_command, read_fields, sign_body
from tests.cast import Cast
from tests.team_chat.conftest import SECRET, connect, know
from tests.team_chat.fakes import ChatFake

Send = Callable[..., Any]


@pytest.fixture
def known(in_rocket: Cast, chat: ChatFake) -> Cast:
    """The first desk, whose analyst has a user in each chat."""
    for kind in ("mattermost", "rocketchat", "slack"):
        know(in_rocket, chat.url, in_rocket.analyst, "u1", kind=kind, name="ana")
    return in_rocket


def send(
    connection: ChatConnection,
    text: str = "RC-1001",
    *,
    command: str = "/ticket",
    user: str = "u1",
    secret: str = SECRET,
    desk: str = "rocket",
    age: int = 0,
    now: datetime | None = None,
) -> Any:
    """Send a command as the connection's chat does. age: of Slack's signature, in seconds."""
    url, client = f"/{desk}/chat/{connection.pk}/", Client(enforce_csrf_checks=True)
    fields = {"user_id": user, "user_name": "ana", "text": text, "command": command}
    if connection.kind == "rocketchat":
        said = f"{command.replace('/', '!')} {text}"
        body = {"token": secret, "user_id": user, "user_name": "ana", "text": said, "bot": False}
        return client.post(url, json.dumps(body), content_type="application/json")
    form = "application/x-www-form-urlencoded"
    if connection.kind == "mattermost":
        return client.post(url, urlencode(fields | {"token": secret}), content_type=form)
    body_text, stamp = urlencode(fields), str(int((now or timezone.now()).timestamp()) - age)
    headers = {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": sign_body(secret, stamp, body_text.encode()),
    }
    return client.post(url, body_text, content_type=form, headers=headers)


@pytest.mark.parametrize("kind", ["mattermost", "rocketchat", "slack"])
def test_an_agent_gets_link_state_and_due_time(known: Cast, chat: ChatFake, kind: str) -> None:
    ticket = known.open_ticket(at=timezone.now())
    response = send(connect(known, chat, kind=kind))
    assert response.status_code == 200
    answer = response.json()
    assert answer.get("response_type") == (None if kind == "rocketchat" else "ephemeral")
    for part in (f"/agent/tickets/{ticket.number}/", "RC-1001", ticket.subject, "Open", "Due "):
        assert part in answer["text"]


@pytest.mark.parametrize("kind", ["mattermost", "rocketchat", "slack"])
@pytest.mark.parametrize("secret", ["wrong", ""])
def test_a_wrong_secret_is_refused(known: Cast, chat: ChatFake, kind: str, secret: str) -> None:
    known.open_ticket()
    response = send(connect(known, chat, kind=kind), secret=secret)
    assert response.status_code == 403
    assert b"RC-1001" not in response.content


@pytest.mark.parametrize("kind", ["mattermost", "rocketchat", "slack"])
def test_a_channel_without_a_secret_takes_no_commands(
    known: Cast, chat: ChatFake, kind: str
) -> None:
    connection = connect(known, chat, kind=kind)
    connection.sealed_command_secret = ""
    connection.save()
    assert send(connection, secret="").status_code == 403


def test_an_old_signature_of_slack_is_refused(known: Cast, chat: ChatFake) -> None:
    connection = connect(known, chat, kind="slack")
    assert send(connection, age=290).status_code == 200
    assert send(connection, age=310).status_code == 403
    assert send(connection, age=-310).status_code == 403


def test_a_command_of_slack_is_taken_once(known: Cast, chat: ChatFake) -> None:
    connection = connect(known, chat, kind="slack")
    known.open_ticket()
    now = timezone.now()
    assert "RC-1001" in send(connection, age=10, now=now).json()["text"]
    again = send(connection, age=10, now=now)
    assert (again.status_code, b"RC-1001" in again.content) == (403, False)
    assert send(connection, age=9, now=now).status_code == 200


def test_a_wrong_signature_uses_up_no_right_one(known: Cast, chat: ChatFake) -> None:
    connection = connect(known, chat, kind="slack")
    assert send(connection, secret="wrong", age=10).status_code == 403
    assert send(connection, age=10).status_code == 200


def test_an_agent_of_another_desk_is_a_stranger_here(
    known: Cast, matter: Cast, chat: ChatFake
) -> None:
    with desk_scope(matter.desk):
        know(matter, chat.url, matter.analyst, "u7")
    with desk_scope(known.desk):
        known.open_ticket()
        answer = send(connect(known, chat, has_bot=False), user="u7").json()["text"]
    assert "doesn't belong to an agent" in answer
    assert "RC-1001" not in answer


def test_a_user_of_another_chat_is_a_stranger_in_this_one(known: Cast, chat: ChatFake) -> None:
    ChatPerson.objects.filter(kind="mattermost").delete()
    answer = send(connect(known, chat, has_bot=False)).json()["text"]
    assert "doesn't belong to an agent" in answer


def test_slack_does_not_prove_itself_by_a_token(known: Cast, chat: ChatFake) -> None:
    connection = connect(known, chat, kind="slack")
    body = urlencode({"token": SECRET, "command": "/ticket", "text": "RC-1001", "user_id": "u1"})
    response = Client().post(
        f"/rocket/chat/{connection.pk}/", body, content_type="application/x-www-form-urlencoded"
    )
    assert response.status_code == 403


def test_each_command_of_mattermost_can_have_its_own_token(known: Cast, chat: ChatFake) -> None:
    connection = connect(known, chat)
    connection.enter_secrets(command_secret="first second")
    connection.save()
    assert [send(connection, secret=one).status_code for one in ("first", "second", "third")] == [
        200, 200, 403,
    ]  # fmt: skip
    assert send(connection, secret="first second").status_code == 403


def test_another_desk_knows_no_such_channel(known: Cast, matter: Cast, chat: ChatFake) -> None:
    connection = connect(known, chat)
    assert send(connection, desk="matter").status_code == 403


def test_a_paused_channel_takes_no_commands(known: Cast, chat: ChatFake) -> None:
    assert send(connect(known, chat, is_active=False)).status_code == 403


def test_a_stranger_is_refused_clearly(known: Cast, chat: ChatFake) -> None:
    known.open_ticket()
    answer = send(connect(known, chat, has_bot=False), user="u9").json()
    assert "doesn't belong to an agent" in answer["text"]
    assert "RC-1001" not in answer["text"]


def test_an_agent_who_left_is_a_stranger(known: Cast, chat: ChatFake) -> None:
    connection = connect(known, chat, has_bot=False)
    known.analyst.is_active = False
    known.analyst.save()
    assert "doesn't belong to an agent" in send(connection).json()["text"]


def test_a_hidden_ticket_looks_like_a_missing_one(known: Cast, chat: ChatFake) -> None:
    ticket = known.open_ticket()
    department = ticket.department
    assert department is not None
    department.visibility = Visibility.MEMBERS
    department.save()
    known.analyst.departments.remove(department)
    connection = connect(known, chat)
    ticket.assignee = None
    ticket.save(update_fields=["assignee"])
    for command in ("/ticket", "/ack"):
        hidden = send(connection, command=command).json()["text"]
        missing = send(connection, "RC-9999", command=command).json()["text"]
        assert hidden == missing.replace("RC-9999", "RC-1001")


@pytest.mark.parametrize("is_public", [True, False])
def test_rocket_chat_answers_are_read_by_the_whole_channel(
    known: Cast, chat: ChatFake, is_public: bool
) -> None:
    ticket = known.open_ticket()
    text = send(connect(known, chat, kind="rocketchat", is_public=is_public)).json()["text"]
    assert (ticket.subject in text) is not is_public


def test_an_unclear_command_is_explained(known: Cast, chat: ChatFake) -> None:
    connection = connect(known, chat)
    for text, command in (("", "/ticket"), ("nonsense", "/ticket"), ("RC-1001", "/other")):
        assert "Write /ticket RC-1042" in send(connection, text, command=command).json()["text"]


def test_the_answer_is_in_the_agents_language(known: Cast, chat: ChatFake) -> None:
    known.open_ticket()
    known.analyst.user.language = "de"
    known.analyst.user.save()
    english = "Open"
    text = send(connect(known, chat)).json()["text"]
    assert english not in text.split("·")[1]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"\xff\xfe", "application/x-www-form-urlencoded"),
        (b"[1]", "application/json"),
        (b"{", "application/json"),
        (b'{"text": {"a": 1}, "token": 5}', "application/json"),
        (b"&".join(b"a=1" for _ in range(100)), "application/x-www-form-urlencoded"),
    ],
)
def test_odd_bodies_hold_no_command(body: bytes, content_type: str) -> None:
    assert read_command(read_fields(body, content_type)) is None


def test_a_body_that_is_too_long_is_refused(known: Cast, chat: ChatFake) -> None:
    assert send(connect(known, chat), "x" * 70_000).status_code == 413


def test_the_url_takes_only_posts(known: Cast, chat: ChatFake) -> None:
    connection = connect(known, chat)
    assert Client().get(f"/rocket/chat/{connection.pk}/").status_code == 405
    with desk_scope(known.desk):
        assert Client().post("/rocket/chat/999/").status_code == 403


def test_the_signature_is_the_one_of_slacks_documentation() -> None:
    """From "Verifying requests from Slack" in Slack's documentation."""
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
        b"&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
        b"&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands"
        b"%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    signature = sign_body("8f742231b10e8888abcd99yyyzzz85a5", "1531420618", body)
    assert signature == "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"


def test_a_token_that_is_no_text_is_refused(known: Cast, chat: ChatFake) -> None:
    connection = connect(known, chat, kind="rocketchat")
    body = b'{"token": "\\ud800", "user_id": "u1", "text": "!ticket RC-1001"}'
    url = f"/rocket/chat/{connection.pk}/"
    assert Client().post(url, body, content_type="application/json").status_code == 403
