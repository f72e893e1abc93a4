"""Notifications as direct messages: to the agent alone, on shift, without blocking the channel."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Agent
from accounts.tenancy import desk_scope
from channels_intake.calls.sending import send_due_calls
from channels_intake.models import ChatPerson, OutgoingCall
from helpdesk.notify.chats import queue_due_chats
from routing.models import Shift
from tests.cast import NOON, Cast
from tests.departments import close_department
from tests.team_chat.conftest import add_rule, connect, know
from tests.team_chat.fakes import BOT, ChatFake
from tickets.deliveries import deliver_due
from tickets.models import NotificationChat, NotificationEmail, Ticket
from tickets.notifications import mark_all_read
from tickets.notify.choosing import Choices, Ways, get_choices, set_choices
from tickets.services import add_note

USER = {"mattermost": "u1", "rocketchat": "u2", "slack": "U3"}


def want(agent: Agent, *, waits_for_shift: bool = False) -> None:
    ways = {topic: Ways(True, False, by_chat=True) for topic in get_choices(agent).ways}
    set_choices(agent=agent, choices=Choices(ways, waits_for_shift=waits_for_shift))


def mention(cast: Cast, ticket: Ticket, *, times: int = 1) -> None:
    for count in range(times):
        text = f"@{cast.colleague.name} secret {count}"
        add_note(ticket_id=ticket.pk, agent=cast.analyst, text=text, at=NOON)
    deliver_due(desk_id=cast.desk.pk, at=NOON)


def run(cast: Cast, *, after: timedelta = timedelta(0)) -> None:
    queue_due_chats(desk_id=cast.desk.pk, at=NOON + after)
    send_due_calls(desk_id=cast.desk.pk, at=NOON + after, is_urgent=True)


@pytest.fixture
def ticket(in_rocket: Cast) -> Ticket:
    want(in_rocket.colleague)
    return in_rocket.open_ticket(subject="Secret subject")


@pytest.mark.parametrize("kind", ["mattermost", "rocketchat", "slack"])
def test_a_bot_writes_to_the_person(
    in_rocket: Cast, ticket: Ticket, chat: ChatFake, kind: str
) -> None:
    bot = "" if kind == "mattermost" else BOT  # Mattermost's bot asks who it is
    connection = connect(in_rocket, chat, kind=kind, bot_user_id=bot)
    know(in_rocket, chat.url, in_rocket.colleague, USER[kind], kind=kind, name="cora")
    mention(in_rocket, ticket)
    run(in_rocket)
    run(in_rocket)
    (post,) = chat.posts
    room = post.get("channel_id") or post.get("rid") or post.get("channel")
    assert room == f"direct-{'cora' if kind == 'rocketchat' else USER[kind]}"
    (text,) = chat.texts()
    assert text.startswith("Analyst mentioned you in a note on RC-1001.")
    assert f"/rocket/agent/tickets/{ticket.number}/" in text
    assert "ecret" not in text
    assert not NotificationChat.objects.exists()
    assert OutgoingCall.objects.get().connection_id == connection.pk


def test_a_webhook_takes_the_user_name_and_slack_needs_a_bot(
    in_rocket: Cast, ticket: Ticket, chat: ChatFake
) -> None:
    slack = connect(in_rocket, chat, kind="slack", has_bot=False, name="Slack")
    know(in_rocket, chat.url, in_rocket.colleague, "U3", kind="slack", name="cora")
    mention(in_rocket, ticket)
    run(in_rocket)
    assert (chat.posts, OutgoingCall.objects.count()) == ([], 0)
    ChatPerson.objects.all().delete()
    slack.delete()
    connect(in_rocket, chat, has_bot=False)
    know(in_rocket, chat.url, in_rocket.colleague, "u1", name="cora")
    mention(in_rocket, ticket, times=3)
    run(in_rocket)
    (post,) = chat.posts
    assert post["channel"] == "@cora"
    assert post["text"].count("mentioned you") == 3


def test_nobody_gets_what_is_read_hidden_or_meant_for_later(
    in_rocket: Cast, ticket: Ticket, chat: ChatFake
) -> None:
    connect(in_rocket, chat)
    know(in_rocket, chat.url, in_rocket.colleague, "u1", name="cora")
    mention(in_rocket, ticket)
    mark_all_read(agent=in_rocket.colleague, at=NOON + timedelta(seconds=1))
    run(in_rocket)
    Shift.objects.filter(agent=in_rocket.colleague).update(start_minute=18 * 60, end_minute=20 * 60)
    want(in_rocket.colleague, waits_for_shift=True)
    mention(in_rocket, ticket)
    run(in_rocket)
    waiting = NotificationChat.objects.get()
    assert waiting.due_at > NOON
    run(in_rocket, after=waiting.due_at - NOON)
    assert len(chat.posts) == 1
    want(in_rocket.colleague)
    mention(in_rocket, ticket)
    queue_due_chats(desk_id=in_rocket.desk.pk, at=NOON)  # what changes until it is sent counts
    close_department(in_rocket, "paid", members=(in_rocket.analyst,))
    run(in_rocket)
    assert len(chat.posts) == 1
    assert {call.state for call in OutgoingCall.objects.all()} == {"sent", "failed"}


def test_a_refused_person_does_not_hold_up_the_channel(
    in_rocket: Cast, ticket: Ticket, chat: ChatFake
) -> None:
    connection = connect(in_rocket, chat)
    add_rule(connection, "priority.changed")
    know(in_rocket, chat.url, in_rocket.colleague, "u1", name="cora")
    mention(in_rocket, ticket)
    chat.answer_next(403, body={"message": "You don't have the permissions."})
    run(in_rocket)
    assert OutgoingCall.objects.get().state == "failed"
    mention(in_rocket, ticket)
    run(in_rocket)
    assert len(chat.posts) == 1


def test_another_desk_and_another_server_are_not_used(
    in_rocket: Cast, matter: Cast, ticket: Ticket, chat: ChatFake
) -> None:
    know(in_rocket, chat.url, in_rocket.colleague, "u1", name="cora")
    with desk_scope(matter.desk):
        connect(matter, chat)  # the same server
    mention(in_rocket, ticket)
    run(in_rocket)
    ChatPerson.objects.update(server="elsewhere.example")
    connect(in_rocket, chat)
    mention(in_rocket, ticket)
    run(in_rocket)
    assert (chat.asked, OutgoingCall.objects.count()) == ([], 0)
    assert not NotificationChat.objects.exists()


def test_what_no_chat_can_take_is_emailed_if_it_comes_in_no_other_way(
    in_rocket: Cast, ticket: Ticket
) -> None:
    emails = NotificationEmail.objects.filter(agent=in_rocket.colleague)
    mention(in_rocket, ticket)
    run(in_rocket)
    assert not emails.exists()  # it is shown in Plumbline
    ways = {topic: Ways(False, False, by_chat=True) for topic in get_choices(in_rocket.lead).ways}
    set_choices(agent=in_rocket.colleague, choices=Choices(ways, waits_for_shift=False))
    mention(in_rocket, ticket)
    for _again in range(2):
        run(in_rocket)
    assert emails.count() == 1
    assert not NotificationChat.objects.exists()
