"""The escalation ladder in chat: the step for the channel is posted, and /ack acknowledges."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from channels_intake.models import ChatConnection
from sla.models import LadderRun
from tests.cast import Cast
from tests.ladders.helpers import add_ladder, list_events, sweep
from tests.team_chat.conftest import add_rule, connect, know
from tests.team_chat.fakes import ChatFake
from tests.team_chat.test_commands import send
from tickets.events import EventKind
from tickets.models import Ticket

Run = Callable[..., None]


@pytest.fixture
def channel(in_rocket: Cast, chat: ChatFake) -> ChatConnection:
    connection = connect(in_rocket, chat)
    for topic in ("ladder.step", "ladder.acknowledged"):
        add_rule(connection, topic)
    know(in_rocket, chat.url, in_rocket.analyst, "u1")
    know(in_rocket, chat.url, in_rocket.observer, "u2")
    add_ladder(in_rocket)
    return connection


def open_overdue(cast: Cast) -> tuple[Ticket, datetime]:
    """Open a ticket and return it with its due time, which has passed."""
    ticket = cast.open_ticket(at=timezone.now() - timedelta(days=7))
    ticket.refresh_from_db()
    return ticket, ticket.due_at


def test_only_the_step_for_the_channel_is_posted_and_says_how_to_acknowledge(
    in_rocket: Cast, chat: ChatFake, channel: ChatConnection, run_chat: Run
) -> None:
    ticket, due_at = open_overdue(in_rocket)
    for minutes in (-30, 0, 10):
        sweep(in_rocket, due_at + timedelta(minutes=minutes))
    assert len(list_events(ticket)) == 3
    run_chat(in_rocket, at=due_at + timedelta(minutes=11))
    [text] = chat.texts()
    assert ticket.reference in text
    assert f"To acknowledge: /ack {ticket.reference}" in text


def test_acknowledging_in_chat_stops_the_ladder_and_is_posted_to_the_thread(
    in_rocket: Cast, chat: ChatFake, channel: ChatConnection, run_chat: Run
) -> None:
    ticket, due_at = open_overdue(in_rocket)
    for minutes in (-30, 0):
        sweep(in_rocket, due_at + timedelta(minutes=minutes))
    run_chat(in_rocket, at=due_at)
    answer = send(channel, command="/ack").json()["text"]
    assert answer == "You acknowledged RC-1001. It won't escalate further for now."
    [event] = list_events(ticket, EventKind.LADDER_ACKNOWLEDGED)
    assert (event.actor_kind, event.actor_id) == ("agent", in_rocket.analyst.pk)
    assert "already acknowledged" in send(channel, command="/ack").json()["text"]
    run_chat(in_rocket, at=timezone.now())
    first, second = chat.posts
    assert second["root_id"] == first["made"]


def test_an_observer_is_told_why_not(in_rocket: Cast, channel: ChatConnection) -> None:
    _ticket, due_at = open_overdue(in_rocket)
    sweep(in_rocket, due_at)
    send(channel, command="/ack", user="u2")
    assert not LadderRun.objects.filter(acknowledged_at__isnull=False).exists()


def test_nothing_to_acknowledge_is_said(in_rocket: Cast, channel: ChatConnection) -> None:
    in_rocket.open_ticket(at=timezone.now())
    LadderRun.objects.all().delete()
    answer = send(channel, command="/ack").json()["text"]
    assert answer == "This ticket no longer has a running escalation."
