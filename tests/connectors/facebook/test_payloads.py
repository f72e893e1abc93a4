"""What each payload of Facebook means: Messenger's events, and the comments on a page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from channels_intake.connections.contract import (
    Deleted,
    Echo,
    Edited,
    ForeignError,
    Incoming,
    Item,
    Person,
    Progress,
    UnreadableError,
)
from channels_intake.connections.registry import get_connector
from channels_intake.models import Connection, PartState
from tests.connectors.graph import load, make_connection, receive, translate

PAGE, PERSON = "682498302938465", "1254459154682919"
MID = "mid.1457764197618:41d102a3e1ae206a38"
COMMENT = "1122334455_998877"
SENT = datetime(2018, 2, 12, 23, 46, 35, 308000, UTC)
POSTED = datetime(2018, 2, 12, 23, 46, 35, tzinfo=UTC)


@pytest.fixture
def page() -> Connection:
    return make_connection("facebook", PAGE)


def read(page: Connection, name: str) -> list[Item]:
    return translate(page, load("facebook", name))


def read_message(page: Connection, name: str) -> Incoming:
    [message] = read(page, name)
    assert isinstance(message, Incoming)
    return message


def test_a_message_is_its_authors_in_the_pages_scope(page: Connection) -> None:
    assert read_message(page, "message") == Incoming(
        external_id=MID,
        conversation_id=PERSON,
        person=Person(PERSON, scope=PAGE),
        text="hello, world! 👋\nIt does not start.",
        at=SENT,
    )


def test_a_reply_to_one_of_ours_is_a_message_like_others(page: Connection) -> None:
    assert read_message(page, "reply").text == "Yes, this one."


def test_attachments_are_files_and_what_is_no_file_is_said(page: Connection) -> None:
    message = read_message(page, "attachments")
    assert [(file.name, file.content_type) for file in message.files] == [
        ("screenshot.png", "image/png"),
        ("10000000_n.mp4", "video/mp4"),
        ("contract.pdf", "application/pdf"),
        ("audio-4.m4a", "audio/mp4"),
    ]
    assert message.text == "A page about it https://help.example/it\n38.72, -9.14"


def test_the_thumb_is_an_emoji_and_comes_once(page: Connection) -> None:
    message = read_message(page, "sticker")
    assert (message.text, message.files) == ("👍", ())


def test_another_sticker_is_its_image_once(page: Connection) -> None:
    payload = load("facebook", "sticker")
    for attachment in payload["entry"][0]["messaging"][0]["message"]["attachments"]:
        attachment["payload"]["sticker_id"] = 144884895685777
    [message] = translate(page, payload)
    assert isinstance(message, Incoming)
    assert [file.name for file in message.files] == ["like.png"]


def test_what_the_page_writes_itself_is_an_echo(page: Connection) -> None:
    [echo] = read(page, "echo")
    assert isinstance(echo, Echo)
    assert (echo.conversation_id, echo.text) == (PERSON, "We are on it.")


def test_an_edit_has_the_new_text(page: Connection) -> None:
    assert read(page, "edit") == [Edited(MID, "hello again", SENT)]


def test_a_delivery_names_its_messages_and_a_read_says_until_when(page: Connection) -> None:
    until = datetime(2016, 3, 22, 17, 47, 36, 253000, UTC)
    delivered = "mid.1458668856218:ed81099e15d3f4f233"
    assert read(page, "delivery") == [Progress(delivered, PERSON, PartState.DELIVERED, until)]
    assert read(page, "read") == [Progress("", PERSON, PartState.READ, until)]


def test_a_delivery_without_ids_is_of_all_before(page: Connection) -> None:
    payload = load("facebook", "delivery")
    del payload["entry"][0]["messaging"][0]["delivery"]["mids"]
    [progress] = translate(page, payload)
    assert isinstance(progress, Progress)
    assert progress.external_id == ""


def test_a_button_says_what_it_is_called(page: Connection) -> None:
    assert read_message(page, "postback").text == "Talk to a person"


def test_a_reaction_is_nothing_to_answer(page: Connection) -> None:
    assert read(page, "reaction") == []


def test_a_comment_is_public_and_knows_how_it_is_answered(page: Connection) -> None:
    assert read_message(page, "comment") == Incoming(
        external_id=COMMENT,
        conversation_id=COMMENT,
        person=Person(PERSON, "Rosa Marques", scope=PAGE),
        text="It has been down since this morning.",
        at=POSTED,
        is_public=True,
        data={
            "reply_to": {"comment_id": COMMENT},
            "link": "https://www.facebook.com/682498302938465/posts/1122334455",
        },
    )


def test_a_reply_to_a_comment_is_in_its_thread(page: Connection) -> None:
    assert read_message(page, "reply_to_comment").conversation_id == COMMENT


def test_a_visitors_post_is_a_thread_of_its_own(page: Connection) -> None:
    post = read_message(page, "post")
    assert post.conversation_id == f"{PAGE}_1122334455"
    assert post.data["reply_to"] == {"post_id": f"{PAGE}_1122334455"}


def test_a_comment_is_edited_and_removed_by_its_id(page: Connection) -> None:
    at = datetime(2018, 2, 12, 23, 46, 40, tzinfo=UTC)
    assert read(page, "comment_edited") == [Edited(COMMENT, "It works again.", at)]
    assert read(page, "comment_removed") == [Deleted(COMMENT, at)]


def change(payload: Any, **values: Any) -> Any:
    payload["entry"][0]["changes"][0]["value"].update(values)
    return payload


def test_the_pages_own_comment_is_an_echo(page: Connection) -> None:
    own = {"id": PAGE, "name": "Rocket"}
    [echo] = translate(page, change(load("facebook", "reply_to_comment"), **{"from": own}))
    assert isinstance(echo, Echo)
    assert echo.conversation_id == COMMENT


def test_the_pages_own_post_is_an_echo(page: Connection) -> None:
    own = {"id": PAGE, "name": "Rocket"}
    [echo] = translate(page, change(load("facebook", "post"), **{"from": own}))
    assert isinstance(echo, Echo)
    assert echo.external_id == echo.conversation_id


@pytest.mark.parametrize("changes", [{"item": "reaction"}, {"item": "like"}, {"verb": "hide"}])
def test_reactions_and_hidden_comments_are_nothing_to_answer(
    page: Connection, changes: dict[str, str]
) -> None:
    assert translate(page, change(load("facebook", "comment"), **changes)) == []


def test_a_link_leads_to_facebook_only(page: Connection) -> None:
    evil = {"permalink_url": "https://evil.example/"}
    [comment] = translate(page, change(load("facebook", "comment"), post=evil))
    assert isinstance(comment, Incoming)
    assert comment.data["link"] == f"https://www.facebook.com/{COMMENT}"


@pytest.mark.parametrize(
    "broken",
    [
        {"sender": None},
        {"sender": {"user_ref": "abc"}},
        {"timestamp": "yesterday"},
        {"message": {"text": "without an ID"}},
        {"message": "text"},
    ],
)
def test_what_is_not_as_documented_is_unreadable(page: Connection, broken: dict[str, Any]) -> None:
    payload = load("facebook", "message")
    payload["entry"][0]["messaging"][0].update(broken)
    with pytest.raises(UnreadableError):
        translate(page, payload)


def test_an_event_of_another_page_is_foreign(page: Connection) -> None:
    [event] = receive(page, load("facebook", "message")).events
    other = make_connection("facebook", "999")
    with pytest.raises(ForeignError):
        get_connector("facebook").translate(other, event.raw)


def test_html_stays_text(page: Connection) -> None:
    payload = load("facebook", "message")
    payload["entry"][0]["messaging"][0]["message"]["text"] = "<b>bold</b>\x00\x1b"
    [message] = translate(page, payload)
    assert isinstance(message, Incoming)
    assert message.text == "<b>bold</b>"


def test_ids_of_what_was_delivered_are_storable(page: Connection) -> None:
    payload = load("facebook", "delivery")
    payload["entry"][0]["messaging"][0]["delivery"]["mids"] = ["m\x00_1", {}, "m_2"]
    found = [item for item in translate(page, payload) if isinstance(item, Progress)]
    assert [item.external_id for item in found] == ["m_1", "m_2"]
