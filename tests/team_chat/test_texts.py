"""Texts insert facts, keep internal ones out of public channels, and are cut with a link."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from channels_intake.models import ChatTopic
from channels_intake.team_chat.texts import (
    PLACEHOLDERS,
    cut_message,
    fill_message,
    get_usual_text,
    list_unfit_placeholders,
)
from channels_intake.team_chat.vendors import VENDORS
from channels_intake.team_chat.vendors.protocol import find_wait

FACTS = {name: name.upper() for name in PLACEHOLDERS}


@pytest.mark.parametrize("topic", list(ChatTopic))
def test_every_usual_text_uses_known_placeholders(topic: str) -> None:
    for is_public in (False, True):
        text = get_usual_text(topic, is_public=is_public)
        assert list_unfit_placeholders(text, topic, is_public=is_public) == []


def test_lines_with_a_missing_fact_are_left_out() -> None:
    text = fill_message("{ticket}\nDue {due}\n{plan}", "", FACTS | {"due": ""}, is_public=False)
    assert text == "TICKET\nPLAN"


@pytest.mark.parametrize("template", ["", "{subject} {ticket}", "{account}", "{nonsense}"])
def test_a_public_channel_gets_the_public_facts_whatever_the_text_asks_for(template: str) -> None:
    text = fill_message(template, ChatTopic.OPENED, FACTS, is_public=True)
    assert text == "TICKET · PRIORITY · STATE"


def test_a_public_channel_can_have_a_text_of_public_facts() -> None:
    text = fill_message("{state}: {number}", ChatTopic.OPENED, FACTS, is_public=True)
    assert text == "STATE: NUMBER"


def test_a_long_message_is_cut_and_says_where_the_rest_is() -> None:
    text = cut_message("word " * 2000, max_chars=400, more="https://desk.example/1")
    assert len(text) <= 400
    assert text.endswith("This message was shortened. Read all of it: https://desk.example/1")
    assert cut_message("short", max_chars=400, more="https://desk.example/1") == "short"


@pytest.mark.parametrize(
    ("kind", "words", "safe"),
    [
        ("mattermost", "@all see [here](http://evil.example)", "@​all see [here] (http://evil.example)"),
        ("mattermost", "&#64;all &commat;here AT&T", "&\u200b#64;all &\u200bcommat;here AT&T"),
        ("rocketchat", "@here <!channel>", "@​here <​!channel>"),
        ("slack", "@everyone", "@\u200beveryone"),
        ("mattermost", "```", "\u02cb" * 3),
        ("slack", "`", "\u02cb"),
        ("slack", "<!channel> & <http://evil.example|bank>",
         "&lt;!channel&gt; &amp; &lt;http://evil.example|bank&gt;"),
    ],
)  # fmt: skip
def test_a_customers_words_mention_nobody_and_hide_no_link(
    kind: str, words: str, safe: str
) -> None:
    assert VENDORS[kind].escape(words) == safe


@pytest.mark.parametrize(
    ("kind", "user_id", "user_name", "text"),
    [
        ("mattermost", "u1", "ana.souza", "@ana.souza"),
        ("mattermost", "u1", "all", ""),
        ("mattermost", "u1", "Channel", ""),
        ("rocketchat", "u1", "here", ""),
        ("rocketchat", "u1", "ana @all", ""),
        ("rocketchat", "u1", "", ""),
        ("slack", "U0G9QF9C6", "ana", "<@U0G9QF9C6>"),
        ("slack", "U1> <!channel", "ana", ""),
    ],
)
def test_a_mention_is_of_one_person(kind: str, user_id: str, user_name: str, text: str) -> None:
    assert VENDORS[kind].mention(user_id, user_name) == text


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "30"}, 30),  # Slack
        ({"X-Ratelimit-Reset": "7"}, 7),  # Mattermost: seconds
        ({"X-Ratelimit-Reset": "1794488442000"}, 42),  # Rocket.Chat: a time in milliseconds
        ({"Retry-After": "999999"}, 3600),
        ({"Retry-After": "soon"}, None),
        ({}, None),
    ],
)
def test_a_rate_limit_says_how_long_to_wait(headers: dict[str, str], seconds: int | None) -> None:
    at = datetime.fromtimestamp(1794488400, tz=UTC)
    assert find_wait(headers, at) == seconds
