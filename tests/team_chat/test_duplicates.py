"""A message whose response was lost is looked for before it is sent again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from channels_intake.models import CallState, ChatThread, OutgoingCall
from channels_intake.team_chat.vendors import VENDORS, make_message
from channels_intake.team_chat.vendors.protocol import Post, Target
from tests.cast import NOON, Cast
from tests.team_chat.conftest import add_rule, connect
from tests.team_chat.fakes import ChatFake
from tickets.actors import Actor
from tickets.services import escalate

Run = Callable[..., None]
MINUTE = timedelta(minutes=1)
KINDS = ["mattermost", "rocketchat", "slack"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_message_that_arrived_is_not_posted_again(
    in_rocket: Cast, chat: ChatFake, run_chat: Run, kind: str
) -> None:
    add_rule(connect(in_rocket, chat, kind=kind), "ticket.opened")
    in_rocket.open_ticket()
    chat.lost_responses = 1
    run_chat(in_rocket)
    assert OutgoingCall.objects.get().state == CallState.QUEUED
    run_chat(in_rocket, at=NOON + MINUTE)
    [post] = chat.posts
    call = OutgoingCall.objects.get()
    assert (call.state, call.summary) == (CallState.SENT, "An earlier attempt had arrived.")
    assert ChatThread.objects.get().root_id == post["made"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_reply_in_a_thread_is_not_posted_again(
    in_rocket: Cast, chat: ChatFake, run_chat: Run, kind: str
) -> None:
    connection = connect(in_rocket, chat, kind=kind)
    for topic in ("ticket.opened", "ticket.escalated"):
        add_rule(connection, topic)
    ticket = in_rocket.open_ticket()
    run_chat(in_rocket)
    escalate(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    chat.lost_responses = 1
    run_chat(in_rocket)
    run_chat(in_rocket, at=NOON + MINUTE)
    assert len(chat.posts) == 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_message_that_did_not_arrive_is_posted_again(
    in_rocket: Cast, chat: ChatFake, run_chat: Run, kind: str
) -> None:
    add_rule(connect(in_rocket, chat, kind=kind), "ticket.opened")
    in_rocket.open_ticket()
    chat.answer_next(502)
    run_chat(in_rocket)
    assert chat.posts == []
    run_chat(in_rocket, at=NOON + MINUTE)
    assert len(chat.posts) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_bot_that_can_read_nothing_posts_rather_than_losing_a_message(
    in_rocket: Cast, chat: ChatFake, run_chat: Run, kind: str
) -> None:
    add_rule(connect(in_rocket, chat, kind=kind), "ticket.opened")
    in_rocket.open_ticket()
    chat.can_search = False
    chat.answer_next(502)
    run_chat(in_rocket)
    run_chat(in_rocket, at=NOON + MINUTE)
    assert len(chat.posts) == 1


def test_a_webhook_can_post_twice(in_rocket: Cast, chat: ChatFake, run_chat: Run) -> None:
    """Webhooks return no ID and show no messages: a message is posted again rather than lost."""
    add_rule(connect(in_rocket, chat, has_bot=False), "ticket.opened")
    in_rocket.open_ticket()
    chat.lost_responses = 1
    run_chat(in_rocket)
    run_chat(in_rocket, at=NOON + MINUTE)
    assert len(chat.posts) == 2


@pytest.mark.parametrize("kind", KINDS)
def test_the_key_is_of_letters_and_digits_and_the_same_in_each_attempt(
    in_rocket: Cast, chat: ChatFake, run_chat: Run, kind: str
) -> None:
    add_rule(connect(in_rocket, chat, kind=kind), "ticket.opened")
    in_rocket.open_ticket()
    in_rocket.open_ticket()
    run_chat(in_rocket)
    names = {"mattermost": "pending_post_id", "rocketchat": "_id", "slack": "metadata"}
    keys = [str(post[names[kind]]) for post in chat.posts]
    assert len(set(keys)) == 2
    if kind != "slack":
        assert all(key.isalnum() and len(key) == 24 for key in keys)


@pytest.mark.parametrize("kind", KINDS)
def test_a_message_without_a_key_asks_for_no_check(kind: str) -> None:
    target = Target(server_url="https://chat.example", bot_token="t", channel="c")
    body = make_message(kind, target, Post("Hello")).body
    assert not {"pending_post_id", "props", "metadata", "_id"} & set(body or {})
    assert VENDORS[kind].find_post({"messages": [None], "posts": {"a": None}}, "k") == ""
