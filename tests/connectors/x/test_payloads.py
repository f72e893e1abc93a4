"""What events of the X Activity API report."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from channels_intake.connections.contract import (
    Deleted,
    Echo,
    Edited,
    ForeignError,
    Incoming,
    UnreadableError,
)
from channels_intake.connectors.x.payloads import read_event

PAYLOADS = Path(__file__).parent / "payloads"
ACCOUNT, PERSON = "1111111111111111111", "2222222222222222222"
THREAD = "2080765813578191303"


def load(name: str) -> dict[str, Any]:
    return json.loads((PAYLOADS / f"{name}.json").read_text())["data"]


def read_message(name: str) -> Incoming:
    (message,) = read_event(load(name), ACCOUNT)
    assert isinstance(message, Incoming)
    return message


def test_a_mention_is_a_public_message_of_its_author_in_its_thread() -> None:
    message = read_message("mention")
    assert (message.external_id, message.conversation_id) == (THREAD, f"post:{THREAD}:{PERSON}")
    assert (message.person.external_id, message.person.name) == (
        PERSON,
        "Other Person (@OtherUser)",
    )
    assert (message.text, message.is_public, message.language) == ("hey @ExampleUser", True, "")
    assert message.at == datetime(2026, 7, 24, 21, 23, 23, tzinfo=UTC)
    assert message.data == {"url": f"https://x.com/OtherUser/status/{THREAD}"}


def test_two_people_in_one_thread_are_two_conversations() -> None:
    other = load("mention")
    other["payload"] |= {"id": "9", "author_id": "333", "edit_history_tweet_ids": ["9"]}
    (message,) = read_event(other, ACCOUNT)
    assert isinstance(message, Incoming)
    assert message.conversation_id != read_message("mention").conversation_id


def test_an_edited_post_is_its_first_version_and_an_edit() -> None:
    message, edit = read_event(load("edited"), ACCOUNT)
    assert isinstance(message, Incoming)
    assert isinstance(edit, Edited)
    assert message.external_id == edit.external_id == THREAD
    assert edit.text == "hey @ExampleUser, anyone home?"


def test_of_a_reply_the_text_links_and_files_are_as_their_author_wrote_them() -> None:
    message = read_message("photo")
    assert message.text == "it says <b> & closes, see https://example.com/log"
    assert message.language == "pt"
    assert [(file.url, file.name) for file in message.files] == [
        ("https://pbs.twimg.com/media/Gabc.jpg", "Gabc.jpg"),
        ("https://video.twimg.com/medium.mp4", "video.mp4"),
    ]


def test_a_long_post_is_read_as_a_whole() -> None:
    event = load("mention")
    event["payload"]["note_tweet"] = {"text": "hey @ExampleUser " + "word " * 200}
    (message,) = read_event(event, ACCOUNT)
    assert isinstance(message, Incoming)
    assert len(message.text) == 1016


def test_a_direct_message_is_private() -> None:
    message = read_message("message")
    assert (message.external_id, message.conversation_id) == (
        "2080765901528535096",
        f"dm:{PERSON}",
    )
    assert (message.text, message.is_public) == ("hello!", False)
    assert message.person.name == "Other Person (@OtherUser)"
    assert message.at == datetime(2026, 7, 24, 21, 23, 44, 372000, tzinfo=UTC)


def test_a_file_of_a_direct_message_needs_the_token_of_the_account() -> None:
    event = load("message")
    data = event["payload"]["direct_message_events"][0]["message_create"]["message_data"]
    url = "https://ton.twitter.com/1.1/ton/data/dm/1034/1035/oP5p359h.jpg"
    data["attachment"] = {"type": "media", "media": {"id": 1, "media_url_https": url}}
    (message,) = read_event(event, ACCOUNT)
    assert isinstance(message, Incoming)
    assert [(file.url, file.name) for file in message.files] == [(url, "oP5p359h.jpg")]


def test_what_the_account_writes_is_an_echo() -> None:
    (post,) = read_event(load("own_post"), ACCOUNT)
    assert isinstance(post, Echo)
    assert post.conversation_id == f"post:{THREAD}:{PERSON}"
    assert post.text == "Hello from the Activity API"
    (message,) = read_event(load("own_message"), ACCOUNT)
    assert isinstance(message, Echo)
    assert (message.conversation_id, message.text) == ("dm:2244994945", "Thanks for the update!")


def test_posts_of_the_account_that_are_no_reply_are_left_alone() -> None:
    event = load("own_post")
    del event["payload"]["in_reply_to_user_id"]
    assert read_event(event, ACCOUNT) == []
    event["payload"]["in_reply_to_user_id"] = ACCOUNT  # the next part of its own thread
    assert read_event(event, ACCOUNT) == []


def test_a_mention_of_the_account_by_itself_is_no_message() -> None:
    event = load("mention")
    event["payload"]["author_id"] = ACCOUNT
    assert read_event(event, ACCOUNT) == []


def test_a_deleted_post_is_said_to_be() -> None:
    (deleted,) = read_event(load("deleted"), ACCOUNT)
    assert isinstance(deleted, Deleted)
    assert deleted.external_id == "2080761390344937796"


def test_an_encrypted_chat_says_where_to_read_it() -> None:
    message = read_message("chat")
    assert message.conversation_id == f"chat:{PERSON}:{ACCOUNT}"
    assert message.subject == "Encrypted chat in X"
    assert "Only X can show it" in message.text
    assert not message.is_public
    assert "CwAB" not in repr(message)


@pytest.mark.parametrize("kind", ["oauth.revoke", "like.create", "dm.read", "something.new"])
def test_other_events_are_left_alone(kind: str) -> None:
    assert read_event({**load("revoked"), "event_type": kind}, ACCOUNT) == []


@pytest.mark.parametrize("name", ["mention", "message", "chat", "own_post", "deleted"])
def test_events_of_another_account_are_not_this_ones(name: str) -> None:
    with pytest.raises(ForeignError):
        read_event(load(name), "3333333333333333333")


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("mention", "author_id"),
        ("mention", "conversation_id"),
        ("mention", "created_at"),
        ("chat", "sender_id"),
        ("deleted", "id"),
    ],
)
def test_an_event_without_what_it_must_have_is_unreadable(name: str, missing: str) -> None:
    event = load(name)
    del event["payload"][missing]
    with pytest.raises(UnreadableError):
        read_event(event, ACCOUNT)


@pytest.mark.parametrize("payload", [None, [], "text", {"direct_message_events": [7]}])
def test_odd_payloads_are_no_error_of_ours(payload: Any) -> None:
    event = {**load("message"), "payload": payload}
    if isinstance(payload, dict):
        assert read_event(event, ACCOUNT) == []
        return
    with pytest.raises(UnreadableError):
        read_event(event, ACCOUNT)
