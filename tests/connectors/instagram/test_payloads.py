"""What each payload of Instagram means: direct messages, and comments on an account's posts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from channels_intake.connections.contract import Deleted, Echo, Incoming, Item, Person, Progress
from channels_intake.connections.ids import fit_id
from channels_intake.models import Connection, PartState
from tests.connectors.graph import load, make_connection, receive, translate

ACCOUNT, PERSON = "17841405822304914", "834723947298374"
SENT = datetime(2019, 9, 23, 18, 14, 45, 349000, UTC)


@pytest.fixture
def account() -> Connection:
    return make_connection("instagram", ACCOUNT)


def read(account: Connection, name: str) -> list[Item]:
    return translate(account, load("instagram", name))


def read_message(account: Connection, name: str) -> Incoming:
    [message] = read(account, name)
    assert isinstance(message, Incoming)
    return message


def test_a_direct_message(account: Connection) -> None:
    message = read_message(account, "message")
    assert message.person == Person(PERSON, scope=ACCOUNT)
    assert (message.text, message.at) == ("Olá! The app crashes.", SENT)


def test_a_mention_in_a_story_is_its_picture(account: Connection) -> None:
    message = read_message(account, "story_mention")
    assert (message.text, len(message.files)) == ("", 1)


def test_a_shared_post_is_its_link(account: Connection) -> None:
    message = read_message(account, "share")
    assert (message.text, message.files) == ("https://www.instagram.com/p/C0ffee/", ())


def test_what_instagram_does_not_pass_on_is_a_message_without_text(account: Connection) -> None:
    message = read_message(account, "unsupported")
    assert (message.text, message.files) == ("", ())


def test_an_unsent_message_is_deleted_and_its_event_is_another(account: Connection) -> None:
    [deleted] = read(account, "unsent")
    written = read_message(account, "message")
    assert deleted == Deleted(written.external_id, SENT)
    ids = {
        receive(account, load("instagram", name)).events[0].event_id
        for name in ("message", "unsent")
    }
    assert len(ids) == 2


def test_an_echo_and_its_reading(account: Connection) -> None:
    [echo] = read(account, "echo")
    assert isinstance(echo, Echo)
    assert echo.conversation_id == PERSON
    assert read(account, "seen") == [Progress(echo.external_id, PERSON, PartState.READ, SENT)]


def test_a_long_id_differs_by_its_end(account: Connection) -> None:
    payload = load("instagram", "message")
    message = payload["entry"][0]["messaging"][0]["message"]
    ids = set()
    for end in ("a", "b"):
        message["mid"] = "x" * 240 + end
        [item] = translate(account, payload)
        assert isinstance(item, Incoming)
        ids.add(fit_id(item.external_id))
    assert len(ids) == 2


@pytest.mark.parametrize("name", ["reaction", "live_comment"])
def test_what_cannot_be_answered_is_left_out(account: Connection, name: str) -> None:
    assert read(account, name) == []


def test_a_comment_is_public_and_named(account: Connection) -> None:
    comment = read_message(account, "comment")
    assert comment.person == Person("232323232", "rosa.marques", scope=ACCOUNT)
    assert (comment.is_public, comment.conversation_id) == (True, comment.external_id)
    assert comment.data["reply_to"] == {"comment_id": comment.external_id}
    assert comment.at == datetime(2019, 9, 23, 18, 14, 46, tzinfo=UTC)


def test_replies_are_in_the_thread_of_the_first_comment(account: Connection) -> None:
    first = read_message(account, "comment")
    assert read_message(account, "reply_to_comment").conversation_id == first.external_id
    [own] = read(account, "own_comment")
    assert isinstance(own, Echo)
    assert own.conversation_id == first.external_id


def test_a_comment_comes_without_changes_with_instagram_login(account: Connection) -> None:
    payload = load("instagram", "comment")
    entry = payload["entry"][0]
    entry.update(entry.pop("changes")[0])
    assert translate(account, payload) == read(account, "comment")
