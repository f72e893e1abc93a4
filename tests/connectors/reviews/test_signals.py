"""Signals of reviews: critical words at once, drops and floods against what is normal (M59)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from channels_intake.connectors.reviews.signals import Figures, find_signals, find_words
from channels_intake.models import ChatConnection, ChatRule, Connection, OutgoingCall
from helpdesk.demo.vendors.appfollow import AppFollow
from tests.cast import NOON, Cast
from tests.connections.outgoing.helpers import deliver
from tests.connectors.reviews.app import connect, run, write
from tickets.models import TicketEvent
from tickets.timeline import describe_event

NORMAL = [4, 5, 4, 4, 5] * 6  # thirty in two weeks: a bit more than two a day


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It CRASHES, always", ["crashes"]),
        ("data   loss!", ["data loss"]),
        ("I can’t log in", ["can't log in"]),
        ("Crashed once; database lost", []),
        ("", []),
    ],
)
def test_words_count_whole_and_in_any_case(text: str, found: list[str]) -> None:
    assert find_words(text, ["crash", "crashes", "data loss", "can't log in"]) == found


@pytest.mark.parametrize(
    ("now", "before", "signals"),
    [
        ([], [], []),
        ([1, 1, 1, 1, 1], NORMAL, ["rating_drop"]),
        ([1, 1, 1, 1], NORMAL, []),  # too few to say so
        ([1] * 5, NORMAL[:19], []),
        ([4, 4, 4, 4, 4], NORMAL, []),
        ([5] * 10, NORMAL, ["many_reviews"]),
        ([5] * 9, [], []),
        ([5] * 10, [], ["many_reviews"]),
        ([5] * 12, [5] * 56, []),  # three times of four a day
        ([1] * 13, [5] * 56, ["rating_drop", "many_reviews"]),
    ],
)
def test_a_day_is_compared_with_two_weeks(
    now: list[int], before: list[int], signals: list[str]
) -> None:
    assert [each.signal for each in find_signals("", [], Figures(now, before))] == signals


def list_signals() -> list[str]:
    events = TicketEvent.objects.filter(kind="signal.raised").order_by("pk")
    return [event.data["signal"] for event in events]


def test_critical_words_are_told_to_the_mobile_teams_chat(in_rocket: Cast, fake: AppFollow) -> None:
    chat = ChatConnection.objects.create(desk=in_rocket.desk, name="Mobile", kind="rocketchat")
    ChatRule.objects.create(desk=in_rocket.desk, connection=chat, topic="signal.raised")
    in_rocket.desk.refresh_from_db()
    connection = connect(in_rocket, fake, critical_words="crash, data loss")
    write(fake, content="Crash after crash", rating=1)
    write(fake, content="Lovely", rating=5)
    run(connection)
    event = TicketEvent.objects.get(kind="signal.raised")
    assert event.ticket.subject == "★☆☆☆☆ Crash after crash"
    assert describe_event(event, in_rocket.desk).startswith("Critical keywords in a review: crash.")
    deliver(in_rocket, at=NOON + timedelta(hours=1))
    assert OutgoingCall.objects.get(kind="team_chat").ticket_id == event.ticket_id


def test_a_drop_and_a_flood_are_told_once_a_day(
    in_rocket: Cast, connection: Connection, fake: AppFollow
) -> None:
    for number in range(30):
        write(fake, at=NOON - timedelta(days=1, hours=5 * number + 1), rating=5)
    for minute in range(12):
        write(fake, at=NOON + timedelta(minutes=minute), rating=1)
    run(connection, at=NOON + timedelta(minutes=30))
    assert sorted(list_signals()) == ["many_reviews", "rating_drop"]
    write(fake, at=NOON + timedelta(hours=1), rating=1)
    run(connection, at=NOON + timedelta(hours=2))
    assert len(list_signals()) == 2
    tomorrow = NOON + timedelta(hours=27)
    for minute in range(40):
        write(fake, at=tomorrow - timedelta(minutes=minute), rating=1)
    run(connection, at=tomorrow)
    assert list_signals().count("many_reviews") == 2


def test_history_signals_nothing(connection: Connection, fake: AppFollow) -> None:
    for hour in range(20):
        write(fake, at=NOON - timedelta(hours=hour, minutes=1), content="crash", rating=1)
    run(connection)
    assert list_signals() == []
