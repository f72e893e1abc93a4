"""The bot's webhook, its requests, and what Telegram refuses."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from channels_intake.calls.errors import CallLaterError, CallRefusedError
from channels_intake.connections.contract import (
    RefusedError,
    RemoteFile,
    Request,
    UnreadableError,
)
from channels_intake.connections.hooks import get_hook_url
from channels_intake.connectors.telegram.connector import TelegramConnector, make_hook_secret
from channels_intake.models import Connection
from helpdesk.demo.vendors.telegram import TelegramFake
from tests.cast import Cast

CONNECTOR = TelegramConnector()

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
RITA = 7_000_001


def send(bot: Connection, text: str, *, chat: int = RITA) -> Any:
    part: Any = SimpleNamespace(connection=bot, conversation=SimpleNamespace(external_id=str(chat)))
    call: Any = SimpleNamespace(body={"text": text, "files": []}, attempts=1)
    return CONNECTOR.send(part, call, at=NOW)


def make_request(bot: Connection, body: bytes, secret: str | None = None) -> Request:
    named = make_hook_secret(bot) if secret is None else secret
    return Request("POST", {}, {"X-Telegram-Bot-Api-Secret-Token": named}, body)


def test_the_test_of_the_connection_sets_the_webhook(bot: Connection, fake: TelegramFake) -> None:
    assert CONNECTOR.check(bot, at=NOW) == ""
    assert fake.hook.url == get_hook_url(bot)
    assert fake.hook.secret == make_hook_secret(bot)
    assert fake.hook.updates == ["message", "edited_message"]


def test_a_token_of_another_bot_is_said(bot: Connection, fake: TelegramFake) -> None:
    fake.bot = "OtherBot"
    problem = "This token belongs to another bot, OtherBot. Correct the token or the username."
    assert CONNECTOR.check(bot, at=NOW) == problem
    assert fake.hook.url == ""


def test_what_telegram_could_not_deliver_is_said(
    bot: Connection, fake: TelegramFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    CONNECTOR.check(bot, at=NOW)
    fake.hook.pending, fake.hook.error = 2, "Connection timed out"
    monkeypatch.setattr(fake, "_do_setwebhook", fake._do_getme)  # keeps what it knows
    assert "Connection timed out" in CONNECTOR.check(bot, at=NOW)


def test_an_update_is_one_event_by_its_id(bot: Connection) -> None:
    received = CONNECTOR.receive(bot, make_request(bot, b'{"update_id": 10000}'), at=NOW)
    assert [event.event_id for event in received.events] == ["10000"]


@pytest.mark.parametrize("secret", ["", "wrong", "0" * 64])
def test_a_wrong_secret_is_refused(bot: Connection, secret: str) -> None:
    with pytest.raises(RefusedError):
        CONNECTOR.receive(bot, make_request(bot, b'{"update_id": 1}', secret), at=NOW)


def test_the_secret_of_another_desks_bot_is_refused(bot: Connection, matter: Cast) -> None:
    other = Connection(desk=matter.desk, kind="telegram", name="Telegram")
    other.enter_secrets(bot_token="another")
    with pytest.raises(RefusedError):
        CONNECTOR.receive(bot, make_request(bot, b"{}", make_hook_secret(other)), at=NOW)


@pytest.mark.parametrize("body", [b"", b"nonsense", b"[]", b"{}"])
def test_a_broken_update_with_the_right_secret_is_unreadable(bot: Connection, body: bytes) -> None:
    with pytest.raises(UnreadableError):
        CONNECTOR.receive(bot, make_request(bot, body), at=NOW)


def test_an_answer_is_plain_text_in_the_chat(bot: Connection, fake: TelegramFake) -> None:
    fake.chats[RITA] = "Rita"
    sent = send(bot, "<b>Restart</b> it, please.")
    (message,) = fake.sent
    assert message["text"] == "<b>Restart</b> it, please."
    assert sent.content == f"{RITA}:{message['message_id']}"


def test_a_person_who_blocked_the_bot_gets_nothing_and_that_is_final(
    bot: Connection, fake: TelegramFake
) -> None:
    fake.chats[RITA] = "Rita"
    fake.play("block", {"person": RITA})
    with pytest.raises(CallRefusedError, match="bot was blocked by the user"):
        send(bot, "Hello")


def test_an_unknown_chat_is_final(bot: Connection) -> None:
    with pytest.raises(CallRefusedError, match="chat not found"):
        send(bot, "Hello", chat=1)


def test_beyond_the_limit_all_wait_as_long_as_telegram_says(
    bot: Connection, fake: TelegramFake
) -> None:
    fake.chats[RITA], fake.left = "Rita", 0
    with pytest.raises(CallLaterError) as caught:
        send(bot, "Hello")
    assert (caught.value.seconds, caught.value.is_for_all) == (7, True)


def test_a_revoked_token_waits_for_an_admin(bot: Connection, fake: TelegramFake) -> None:
    fake.token = "110201543:new"
    with pytest.raises(CallLaterError) as caught:
        send(bot, "Hello")
    assert (caught.value.status, caught.value.is_for_all) == (401, True)
    assert "110201543" not in str(caught.value)


@pytest.mark.parametrize("body", [None, [], {"description": 7}, {"parameters": {"retry_after": 0}}])
def test_a_failure_of_telegram_is_tried_again(
    bot: Connection, fake: TelegramFake, body: Any
) -> None:
    fake.fail_next(502, body)
    with pytest.raises(CallLaterError):
        send(bot, "Hello")


def test_telegram_down_is_tried_again(bot: Connection, fake: TelegramFake) -> None:
    fake.is_down = True
    with pytest.raises(CallLaterError) as caught:
        send(bot, "Hello")
    assert "bot110201543" not in str(caught.value)


def test_a_file_is_fetched_by_its_id(bot: Connection, fake: TelegramFake) -> None:
    file = RemoteFile(fake.add_file(b"log line"), "server.log")
    assert CONNECTOR.fetch(bot, file, at=NOW) == b"log line"


def test_a_file_above_20_mb_is_not_even_asked_for(bot: Connection, fake: TelegramFake) -> None:
    with pytest.raises(CallRefusedError):
        CONNECTOR.fetch(bot, RemoteFile("big", size=30 * 1024 * 1024), at=NOW)
    assert not fake.log


def test_a_file_that_telegram_has_no_more_is_final(bot: Connection) -> None:
    with pytest.raises(CallRefusedError):
        CONNECTOR.fetch(bot, RemoteFile("gone"), at=NOW)


def test_without_a_token_every_request_is_refused_and_with_an_unreadable_one_comes_again(
    bot: Connection,
) -> None:
    request = Request("POST", {}, {}, b"{}")
    bot.sealed_secrets = ""
    with pytest.raises(RefusedError):
        CONNECTOR.receive(bot, request, at=NOW)
    bot.sealed_secrets = "of another key"
    with pytest.raises(CallLaterError):
        CONNECTOR.receive(bot, request, at=NOW)
