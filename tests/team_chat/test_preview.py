"""The preview shows each message as it is sent, with a made-up ticket or defect."""

from __future__ import annotations

import pytest

from channels_intake.models import DEFECT_TOPICS, ChatConnection, ChatRule, ChatTopic
from channels_intake.team_chat.preview import Piece, PieceKind, split_message
from channels_intake.team_chat.rendering import render_messages
from channels_intake.team_chat.samples import compose_sample
from channels_intake.team_chat.texts import get_placeholders
from tests.cast import NOON, Cast

KINDS = ["mattermost", "rocketchat", "slack"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_topic_has_a_sample_with_every_fact(in_rocket: Cast, kind: str) -> None:
    desk = in_rocket.desk
    connection = ChatConnection(desk=desk, kind=kind)
    for topic in ChatTopic:
        names = get_placeholders(topic, is_public=False)
        rule = ChatRule(topic=topic, template="\n".join(f"{name}: {{{name}}}" for name in names))
        message = compose_sample(rule, connection, desk=desk, at=NOON)
        assert [line.split(": ")[0] for line in message.splitlines()] == list(names), topic
        assert "None" not in message
        assert ": ," not in message


def test_what_is_overdue_was_due_before_now(in_rocket: Cast) -> None:
    connection = ChatConnection(desk=in_rocket.desk, kind="slack")
    for topic in (ChatTopic.BREACHED, ChatTopic.HELP_OVERDUE):
        rule = ChatRule(topic=topic, template="{due}")
        overdue = compose_sample(rule, connection, desk=in_rocket.desk, at=NOON)
        rule.topic = ChatTopic.WARNED
        due_soon = compose_sample(rule, connection, desk=in_rocket.desk, at=NOON)
        assert overdue != due_soon


def test_the_sample_of_a_public_channel_has_public_facts_only(in_rocket: Cast) -> None:
    connection = ChatConnection(desk=in_rocket.desk, kind="slack", is_public=True)
    for topic in ChatTopic:
        message = compose_sample(ChatRule(topic=topic), connection, desk=in_rocket.desk, at=NOON)
        assert message.count(" · ") == (1 if topic in DEFECT_TOPICS else 2)
        assert "Uploads" not in message


@pytest.mark.parametrize(
    ("kind", "text", "pieces"),
    [
        (
            "mattermost",
            "See [RC-1](https://desk.example/1), @ana **now**",
            ["See ", "RC-1", ", ", "@ana", " ", "now"],
        ),
        (
            "slack",
            "<https://desk.example/1|RC-1> <@U1> *now* &lt;b&gt;",
            ["RC-1", " ", "@U1", " ", "now", " <b>"],
        ),
        ("rocketchat", "a@b.example [x](javascript:alert)", ["a@b.example [x](javascript:alert)"]),
        ("rocketchat", "5 * 3 * 2 and snake_case_name", ["5 * 3 * 2 and snake_case_name"]),
        ("slack", "", []),
    ],
)  # fmt: skip
def test_a_message_is_taken_apart_as_its_chat_does(kind: str, text: str, pieces: list[str]) -> None:
    assert [piece.text for piece in split_message(kind, text)] == pieces


def test_a_link_keeps_its_address() -> None:
    [piece] = split_message("slack", "<https://desk.example/1|RC-1>")
    assert piece == Piece(PieceKind.LINK, "RC-1", "https://desk.example/1")


def test_markup_in_a_text_is_escaped(in_rocket: Cast) -> None:
    connection = ChatConnection(desk=in_rocket.desk, kind="mattermost")
    rule = ChatRule(topic="ticket.opened", template="<script>alert(1)</script> {ticket}")
    html = render_messages([rule], connection, desk=in_rocket.desk, at=NOON)
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert ">RC-1042</a>" in html


@pytest.mark.parametrize(
    ("kind", "path", "field"),
    [
        ("mattermost", "/api/v4/posts", "pending_post_id"),
        ("rocketchat", "/api/v1/chat.sendMessage", "rid"),
        ("slack", "/api/chat.postMessage", "metadata"),
    ],
)
def test_the_json_is_that_of_the_bots_request(
    in_rocket: Cast, kind: str, path: str, field: str
) -> None:
    server = "https://chat.example"
    connection = ChatConnection(desk=in_rocket.desk, kind=kind, server_url=server, channel="c1")
    rules = [ChatRule(topic="ticket.opened")]
    html = render_messages(rules, connection, desk=in_rocket.desk, at=NOON)
    assert f"POST {server}{path}" in html
    assert f"&quot;{field}&quot;" in html


def test_the_address_of_a_webhook_is_not_shown(in_rocket: Cast) -> None:
    connection = ChatConnection(desk=in_rocket.desk, kind="slack")
    connection.enter_secrets(webhook_url="https://hooks.example/canary")
    html = render_messages(
        [ChatRule(topic="ticket.opened")], connection, desk=in_rocket.desk, at=NOON
    )
    assert "canary" not in html
    assert "POST •••" in html
