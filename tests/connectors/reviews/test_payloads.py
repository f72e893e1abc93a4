"""AppFollow's reviews as items: the text, its facts, changes, answers and removals."""

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
    Incoming,
    Item,
    Person,
    Progress,
    UnreadableError,
)
from channels_intake.connectors.reviews.payloads import (
    make_answer_id,
    make_event_id,
    read_event,
)
from channels_intake.models import PartState

REVIEW = json.loads((Path(__file__).parent / "payloads" / "review.json").read_text())
WRITTEN = datetime(2026, 11, 18, 12, 30, tzinfo=UTC)
BETA_MARKS = ["beta", "rc"]


def read(**changes: Any) -> list[Item]:
    return read_event(json.dumps({"reviews": [REVIEW | changes]}).encode(), BETA_MARKS)


def read_message(**changes: Any) -> Incoming:
    [message] = read(**changes)
    assert isinstance(message, Incoming)
    return message


def test_a_review_is_a_public_message_with_its_facts() -> None:
    message = read_message()
    assert message.external_id == message.conversation_id == "gp:AOqpTOE1"
    assert message.person == Person("110042", "Inês 🦊", scope="gp:chat.example.android")
    assert message.text == (
        "★★☆☆☆ Notifications stopped\n\nSince 4.52 I get <b>no</b> push notifications.\nPlease fix!"
    )
    assert message.subject == "★★☆☆☆ Notifications stopped"
    assert message.at == WRITTEN
    assert message.is_public
    assert message.data == {
        "rating": 2,
        "version": "4.52.0",
        "device": "Pixel 8",
        "country": "PT",
        "language": "en",
        "store": "gp",
        "tags": ["2-star", "google-play"],
    }


def test_without_a_title_the_subject_is_from_the_text() -> None:
    message = read_message(title=None, content="Crashes " * 30, store="as", rating=1)
    assert message.subject.startswith("★☆☆☆☆ Crashes")
    assert len(message.subject) < 80
    assert message.data["tags"] == ["1-star", "app-store"]


@pytest.mark.parametrize("content", ["", None, "   "])
def test_a_rating_alone_has_its_stars_as_text(content: str | None) -> None:
    assert read_message(title="", content=content, rating=5).text == "★★★★★"


def test_an_emoji_alone_is_a_text() -> None:
    assert read_message(title="", content="😡").text == "★★☆☆☆\n\n😡"


@pytest.mark.parametrize(
    ("changes", "is_beta"),
    [
        ({}, False),
        ({"app_version": "4.53.0-beta2"}, True),
        ({"app_version": "4.53 RC1"}, True),
        ({"app_version": "4.53.0", "tags": [{"tag_name": "Beta"}]}, True),
        ({"app_version": "alphabetical"}, False),
        ({"content": "I want a beta"}, False),
    ],
)
def test_a_beta_is_marked_by_its_version_or_a_tag(changes: dict[str, Any], is_beta: bool) -> None:
    assert ("beta" in read_message(**changes).data["tags"]) is is_beta


def test_a_change_follows_the_message() -> None:
    changed = {"was_changed": 1, "rating": 5, "title": "", "content": "Works again"}
    message, edit = read(**changed, updated="2026-11-19 08:00:00")
    assert isinstance(message, Incoming)
    assert isinstance(edit, Edited)
    assert edit.external_id == "gp:AOqpTOE1"
    assert edit.text == "★★★★★\n\nWorks again"
    assert edit.reopens
    assert (edit.conversation_id, edit.person) == (message.conversation_id, message.person)
    assert edit.at == datetime(2026, 11, 19, 8, 0, tzinfo=UTC)
    assert edit.data["rating"] == 5


def test_a_published_answer_is_an_echo_and_progress() -> None:
    answer = {"has_answer": 1, "answer_text": "Thank  you!", "answer_date": "2026-11-20"}
    _message, echo, progress = read(**answer, answer_time="09:15:00")
    answered = datetime(2026, 11, 20, 9, 15, tzinfo=UTC)
    answer_id = make_answer_id("gp:AOqpTOE1", "Thank you!")
    assert echo == Echo(answer_id, "gp:AOqpTOE1", "Thank  you!", answered)
    assert progress == Progress(answer_id, "gp:AOqpTOE1", PartState.DELIVERED, answered)


def test_a_removed_review_is_deleted() -> None:
    assert isinstance(read(is_deleted=1)[-1], Deleted)


def test_an_event_id_changes_with_what_people_wrote_only() -> None:
    same = REVIEW | {"thumbs_up_cnt": 7, "updated": "2026-12-01 00:00:00"}
    assert make_event_id(same) == make_event_id(REVIEW)
    others = [{"rating": 3}, {"content": "x"}, {"has_answer": 1, "answer_text": "Hi"}]
    ids = {make_event_id(REVIEW | change) for change in others}
    assert len(ids | {make_event_id(REVIEW)}) == 4


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"\xff",
        b'"reviews"',
        *(
            json.dumps({"reviews": [REVIEW | change]}).encode()
            for change in (
                {"review_id": None},
                {"rating": 9},
                {"rating": "many"},
                {"date": ""},
                {"date": "yesterday"},
            )
        ),
    ],
)
def test_a_broken_body_is_unreadable(raw: bytes) -> None:
    with pytest.raises(UnreadableError):
        read_event(raw, BETA_MARKS)
