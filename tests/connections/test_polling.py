"""Polls store what is new with the place to continue, and put off what fails."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.tenancy import desk_scope
from channels_intake.calls.errors import CallLaterError, CallRefusedError
from channels_intake.connections.contract import Polled, RawEvent
from channels_intake.connections.health import tell_of_problems
from channels_intake.connections.incoming.polling import poll_connection
from channels_intake.connections.pausing import begin_polling, resume
from channels_intake.models import ChannelEvent, Connection
from channels_intake.tasks import poll_channels, tell_of_channel_problems
from tests.cast import NOON, Cast
from tests.connections.tiny import TinyConnector, connect, write

HOUR = timedelta(hours=1)


def make_page(*numbers: int, next_at: datetime = NOON + HOUR, **cursor: Any) -> Polled:
    events = (RawEvent(json.dumps(write(number)).encode()) for number in numbers)
    return Polled(tuple(events), cursor, next_at)


@pytest.fixture
def polled(at_desk: Cast, connection: Connection) -> Connection:
    Connection.objects.update(next_poll_at=NOON)
    return connection


def read() -> Connection:
    return Connection.objects.get()


def test_a_poll_stores_events_and_where_to_continue(
    polled: Connection, tiny: TinyConnector
) -> None:
    tiny.polls.append(make_page(1, 2, page=2))
    assert not poll_connection(polled.pk, at=NOON)
    assert (read().cursor, read().next_poll_at, read().checked_at) == (
        {"page": 2}, NOON + HOUR, NOON,
    )  # fmt: skip
    assert ChannelEvent.objects.count() == 2
    assert not poll_connection(polled.pk, at=NOON)  # not before its time
    tiny.polls.append(make_page(2, 3))
    poll_connection(polled.pk, at=NOON + HOUR)
    assert ChannelEvent.objects.count() == 3


def test_the_next_page_is_read_at_once(polled: Connection, tiny: TinyConnector) -> None:
    tiny.polls += [make_page(1, next_at=NOON, page=2), make_page(2)]
    assert poll_connection(polled.pk, at=NOON)
    assert not poll_connection(polled.pk, at=NOON)
    assert ChannelEvent.objects.count() == 2


@pytest.mark.parametrize(
    ("error", "wait"),
    [
        (CallLaterError("429", seconds=1234), timedelta(seconds=1234)),
        (CallLaterError("503"), timedelta(minutes=5)),
        (CallRefusedError("403"), HOUR),
        (ZeroDivisionError(), timedelta(minutes=5)),
    ],
    ids=["rate limit", "down", "refused", "defect"],
)
def test_what_fails_is_put_off_and_continues_where_it_was(
    polled: Connection, tiny: TinyConnector, error: Exception, wait: timedelta
) -> None:
    Connection.objects.update(cursor={"page": 7})
    tiny.polls.append(error)
    assert not poll_connection(polled.pk, at=NOON)
    assert (read().next_poll_at, read().cursor) == (NOON + wait, {"page": 7})
    assert (bool(read().problem), read().problem_since) == (True, NOON)
    tiny.polls.append(make_page(1, page=8))
    poll_connection(polled.pk, at=NOON + wait)
    assert (read().problem, read().problem_since, read().cursor) == ("", None, {"page": 8})


def test_one_worker_polls_at_a_time(
    polled: Connection, tiny: TinyConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    polls: list[bool] = []

    def poll(self: TinyConnector, connection: Connection, *, at: datetime) -> Polled:
        polls.append(poll_connection(connection.pk, at=at))  # another worker, meanwhile
        return make_page(1)

    monkeypatch.setattr(TinyConnector, "poll", poll)
    poll_connection(polled.pk, at=NOON)
    assert (polls, ChannelEvent.objects.count()) == ([False], 1)


def test_what_took_too_long_is_left_to_the_next_worker(
    polled: Connection, tiny: TinyConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    def poll(self: TinyConnector, connection: Connection, *, at: datetime) -> Polled:
        Connection.objects.update(next_poll_at=NOON + 2 * HOUR)  # its claim ended
        return make_page(1, page=2)

    monkeypatch.setattr(TinyConnector, "poll", poll)
    poll_connection(polled.pk, at=NOON)
    assert (read().cursor, ChannelEvent.objects.count()) == ({}, 0)


def test_a_paused_connection_is_not_polled(polled: Connection, tiny: TinyConnector) -> None:
    Connection.objects.update(is_paused=True, cursor={"page": 7})
    assert not poll_connection(polled.pk, at=NOON)
    assert poll_channels() == 0
    Connection.objects.update(is_paused=False)
    tiny.polls.append(make_page(1, page=8))
    resume(read(), at=NOON + HOUR)
    assert read().next_poll_at == NOON + HOUR
    poll_connection(polled.pk, at=NOON + HOUR)
    assert read().cursor == {"page": 8}


def test_a_poller_that_says_none_is_not_asked_again(
    polled: Connection, tiny: TinyConnector
) -> None:
    tiny.polls.append(None)
    poll_connection(polled.pk, at=NOON)
    assert read().next_poll_at is None
    begin_polling(read(), at=NOON)
    assert read().next_poll_at == NOON


def test_due_connections_of_all_desks_are_polled_and_suspended_desks_wait(
    rocket: Cast, matter: Cast, tiny: TinyConnector
) -> None:
    for cast in (rocket, matter):
        with desk_scope(cast.desk):
            connect(cast, next_poll_at=NOON)
    assert poll_channels() == 2
    matter.desk.is_suspended = True
    matter.desk.save()
    assert poll_channels() == 1


def test_admins_are_told_once_of_what_stays_wrong(
    polled: Connection, at_desk: Cast, tiny: TinyConnector, mailoutbox: list[Any]
) -> None:
    desk_id = at_desk.desk.pk
    tiny.polls += [CallLaterError("401: the token has expired", seconds=1)] * 3
    poll_connection(polled.pk, at=NOON)
    assert tell_of_problems(desk_id=desk_id, at=NOON + timedelta(minutes=9)) == 0
    poll_connection(polled.pk, at=NOON + timedelta(minutes=10))
    assert tell_of_problems(desk_id=desk_id, at=NOON + timedelta(minutes=10)) == 1
    poll_connection(polled.pk, at=NOON + timedelta(minutes=11))
    assert tell_of_problems(desk_id=desk_id, at=NOON + timedelta(minutes=11)) == 0
    [mail] = mailoutbox
    assert mail.to == [at_desk.admin.user.email]
    assert mail.subject == "Tiny needs your attention"
    assert "401: the token has expired" in mail.body
    tiny.polls += [make_page(1), CallLaterError("503", seconds=1)]
    poll_connection(polled.pk, at=NOON + timedelta(minutes=12))
    assert read().told_at is None
    poll_connection(polled.pk, at=NOON + 2 * HOUR)
    assert tell_of_problems(desk_id=desk_id, at=NOON + 3 * HOUR) == 1
    assert tell_of_channel_problems() == 0
