"""What Telegram's updates report."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from channels_intake.connections.contract import Edited, Incoming, UnreadableError
from channels_intake.connectors.telegram.payloads import read_update

PAYLOADS = Path(__file__).parent / "payloads"


def load(name: str) -> dict[str, Any]:
    return json.loads((PAYLOADS / f"{name}.json").read_text())


def read_message(name: str) -> Incoming:
    (message,) = read_update(load(name))
    assert isinstance(message, Incoming)
    return message


def test_a_text_names_its_author_chat_time_and_language() -> None:
    message = read_message("text")
    assert message.text == "The server is down\nsince noon"
    assert (message.person.external_id, message.person.name) == ("1111111", "Rita Moreno")
    assert (message.conversation_id, message.external_id) == ("1111111", "1111111:1365")
    assert message.at == datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
    assert message.language == "pt-br"
    assert not message.is_public


def test_an_edit_brings_its_message_along_in_case_it_comes_first() -> None:
    message, edit = read_update(load("edited"))
    assert isinstance(message, Incoming)
    assert isinstance(edit, Edited)
    assert message.external_id == edit.external_id == "1111111:1365"
    assert edit.text == "The server is down\nsince 11:40"
    assert (edit.at - message.at).total_seconds() == 60


def test_of_a_photo_the_largest_size_is_taken() -> None:
    message = read_message("photo")
    assert message.text == "This is what I see"
    (file,) = message.files
    assert (file.url, file.name) == ("AgAClarge", "photo-1366.jpg")
    assert (file.content_type, file.size) == ("image/jpeg", 73012)


def test_a_document_alone_is_a_message_without_text() -> None:
    message = read_message("document")
    assert message.text == ""
    (file,) = message.files
    assert (file.url, file.name, file.content_type) == ("BQADlog", "server.log", "text/plain")


def test_a_sticker_says_its_emoji() -> None:
    assert read_message("sticker").text == "👍"


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ({"location": {"latitude": -30.03, "longitude": -51.23}}, "-30.03, -51.23"),
        ({"contact": {"first_name": "Ana", "phone_number": "+5551"}}, "Ana +5551"),
        ({"dice": {"emoji": "🎲", "value": 3}}, "🎲"),
    ],
)
def test_places_cards_and_dice_are_put_into_words(part: dict[str, Any], text: str) -> None:
    update = load("text")
    del update["message"]["text"]
    update["message"] |= part
    (message,) = read_update(update)
    assert isinstance(message, Incoming)
    assert message.text == text


def test_an_animation_is_one_file_though_it_is_given_twice() -> None:
    update = load("document")
    update["message"]["animation"] = {"file_id": "CgAC", "mime_type": "video/mp4"}
    (message,) = read_update(update)
    assert isinstance(message, Incoming)
    assert [file.url for file in message.files] == ["CgAC"]


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel"])
def test_groups_and_channels_make_no_tickets(kind: str) -> None:
    update = load("group")
    update["message"]["chat"]["type"] = kind
    assert read_update(update) == []


@pytest.mark.parametrize("text", ["/start", "/start campaign-7"])
def test_opening_the_bot_is_no_message(text: str) -> None:
    update = load("text")
    update["message"]["text"] = text
    assert read_update(update) == []


def test_what_telegram_adds_one_day_is_left_alone() -> None:
    assert read_update({"update_id": 1, "some_new_thing": {"chat": 7}}) == []
    update = load("text")
    update["message"] = {**update["message"], "text": "", "gift": {"id": "1"}}
    assert read_update(update) == []


@pytest.mark.parametrize("missing", ["message_id", "from", "date"])
def test_a_message_without_what_it_must_have_is_unreadable(missing: str) -> None:
    update = load("text")
    del update["message"][missing]
    with pytest.raises(UnreadableError):
        read_update(update)
