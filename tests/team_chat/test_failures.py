"""A chat that is down, slow, full or wrongly set up: messages wait, in order, and none is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from channels_intake.models import CallState, OutgoingCall
from channels_intake.team_chat.sending import send_test
from tests.cast import NOON, Cast
from tests.team_chat.conftest import add_rule, connect
from tests.team_chat.fakes import ChatFake
from tickets.models import Ticket

Run = Callable[..., None]
MINUTE = timedelta(minutes=1)


def list_numbers(chat: ChatFake, tickets: list[Ticket]) -> list[int]:
    """The positions of the tickets that the posts are about, in the order of the posts."""
    return [
        next(n for n, ticket in enumerate(tickets) if f"[{ticket.reference}]" in text)
        for text in chat.texts()
    ]


@pytest.mark.parametrize("status", [500, 502, 503])
def test_messages_wait_for_a_chat_that_is_down(
    in_rocket: Cast, chat: ChatFake, run_chat: Run, status: int
) -> None:
    add_rule(connect(in_rocket, chat), "ticket.opened")
    tickets = [in_rocket.open_ticket() for _ in range(3)]
    chat.answer_next(status)
    run_chat(in_rocket)
    assert (len(chat.asked), chat.posts) == (1, [])
    run_chat(in_rocket, at=NOON + MINUTE)
    assert list_numbers(chat, tickets) == [0, 1, 2]
    assert {call.state for call in OutgoingCall.objects.all()} == {CallState.SENT}


@pytest.mark.parametrize(
    ("kind", "headers"),
    [
        ("slack", {"Retry-After": "120"}),
        ("mattermost", {"X-Ratelimit-Reset": "120"}),
        ("rocketchat", {"x-ratelimit-reset": str(int(NOON.timestamp() + 120) * 1000)}),
    ],
)
def test_a_rate_limit_is_respected_for_as_long_as_the_chat_says(
    in_rocket: Cast, chat: ChatFake, run_chat: Run, kind: str, headers: dict[str, str]
) -> None:
    add_rule(connect(in_rocket, chat, kind=kind), "ticket.opened")
    in_rocket.open_ticket()
    chat.answer_next(429, headers)
    run_chat(in_rocket)
    run_chat(in_rocket, at=NOON + timedelta(seconds=119))
    assert len(chat.asked) == 1
    run_chat(in_rocket, at=NOON + timedelta(seconds=121))
    assert len(chat.posts) == 1


@pytest.mark.parametrize("kind", ["mattermost", "rocketchat", "slack"])
def test_a_revoked_token_is_named_and_the_message_sent_once_it_is_replaced(
    in_rocket: Cast, chat: ChatFake, run_chat: Run, kind: str
) -> None:
    connection = connect(in_rocket, chat, kind=kind)
    add_rule(connection, "ticket.opened")
    good = connection.bot_token
    connection.enter_secrets(bot_token="revoked")
    connection.save()
    in_rocket.open_ticket()
    run_chat(in_rocket)
    call = OutgoingCall.objects.get()
    assert call.state == CallState.QUEUED
    assert "revoked" not in call.summary
    assert any(word in call.summary for word in ("session", "logged in", "invalid_auth"))
    connection.enter_secrets(bot_token=good)
    connection.save()
    run_chat(in_rocket, at=NOON + MINUTE)
    assert len(chat.posts) == 1


def test_a_message_that_is_a_day_old_is_given_up(
    in_rocket: Cast, chat: ChatFake, run_chat: Run
) -> None:
    add_rule(connect(in_rocket, chat), "ticket.opened")
    in_rocket.open_ticket()
    chat.answer_next(503)
    run_chat(in_rocket)
    chat.answer_next(503)
    run_chat(in_rocket, at=NOON + timedelta(hours=25))
    assert OutgoingCall.objects.get().state == CallState.FAILED
    run_chat(in_rocket, at=NOON + timedelta(hours=26))
    assert chat.posts == []


def test_a_refused_message_fails_with_the_chats_reason_and_holds_up_no_other(
    in_rocket: Cast, chat: ChatFake, run_chat: Run
) -> None:
    add_rule(connect(in_rocket, chat), "ticket.opened")
    first, second = in_rocket.open_ticket(), in_rocket.open_ticket()
    chat.answer_next(400, body={"message": "Invalid message.", "status_code": 400})
    run_chat(in_rocket)
    failed = OutgoingCall.objects.get(state=CallState.FAILED)
    assert failed.ticket_id == first.pk
    assert "Invalid message." in failed.summary
    assert OutgoingCall.objects.get(state=CallState.SENT).ticket_id == second.pk


def test_a_message_that_the_chat_can_never_take_does_not_hold_up_the_others_for_long(
    in_rocket: Cast, chat: ChatFake, run_chat: Run
) -> None:
    add_rule(connect(in_rocket, chat), "ticket.opened")
    tickets = [in_rocket.open_ticket() for _ in range(2)]
    for hour in range(5):
        chat.answer_next(500)
        run_chat(in_rocket, at=NOON + timedelta(hours=hour))
    assert list_numbers(chat, tickets) == [1]
    assert OutgoingCall.objects.get(state=CallState.FAILED).ticket_id == tickets[0].pk


@pytest.mark.parametrize("change", ["pause", "rule", "channel"])
def test_nothing_is_posted_for_what_was_paused_or_deleted_meanwhile(
    in_rocket: Cast, chat: ChatFake, run_chat: Run, change: str
) -> None:
    connection = connect(in_rocket, chat)
    rule = add_rule(connection, "ticket.opened")
    in_rocket.open_ticket()
    chat.answer_next(503)
    run_chat(in_rocket)
    if change == "pause":
        connection.is_active = False
        connection.save()
    else:
        (rule if change == "rule" else connection).delete()
    run_chat(in_rocket, at=NOON + MINUTE)
    assert chat.posts == []
    assert OutgoingCall.objects.get().state == CallState.FAILED


def test_a_ticket_that_is_erased_meanwhile_is_not_posted(
    in_rocket: Cast, chat: ChatFake, run_chat: Run
) -> None:
    add_rule(connect(in_rocket, chat), "ticket.opened")
    ticket = in_rocket.open_ticket()
    chat.answer_next(503)
    run_chat(in_rocket)
    OutgoingCall.objects.filter(ticket=ticket).update(body={"event": 0, "rule": 0})
    run_chat(in_rocket, at=NOON + MINUTE)
    assert chat.posts == []


def test_a_message_is_cut_to_what_the_chat_takes(
    in_rocket: Cast, chat: ChatFake, run_chat: Run
) -> None:
    template = "{ticket} {subject} " + "{subject} " * 60
    add_rule(connect(in_rocket, chat, kind="rocketchat"), "ticket.opened", template=template)
    in_rocket.open_ticket(subject="word " * 40)
    run_chat(in_rocket)
    [text] = chat.texts()
    assert len(text) <= 5_000
    assert "This message was shortened. Read all of it: http" in text


def test_a_test_message_says_why_it_failed(in_rocket: Cast, chat: ChatFake) -> None:
    connection = connect(in_rocket, chat)
    assert send_test(connection, at=NOON) == ""
    connection.channel = "unknown"
    assert "permissions" in send_test(connection, at=NOON)
    connection.server_url = "http://127.0.0.1:1"
    assert send_test(connection, at=NOON).startswith("127.0.0.1 did not respond. Check the URL")
    connection.server_url = ""
    assert send_test(connection, at=NOON) == "Enter a webhook URL, or set up a bot."
