"""Polling of vendors without webhooks: what is new is stored, and where to continue.

A connection is polled by one worker at a time: the time of its next poll is its claim. Events and
cursor are stored together, so that a worker that dies in between loses nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from accounts.failures import capture_failure
from channels_intake.calls.errors import CallLaterError, CallRefusedError
from channels_intake.connections.contract import Polled
from channels_intake.connections.health import note_health
from channels_intake.connections.incoming.storing import store_events
from channels_intake.connections.registry import get_connector
from channels_intake.models.connections import Connection
from tickets.queueing import Queue, TaskName, queue_once_after_commit

POLL = TaskName("channels_intake.tasks.poll_channel", queue=Queue.INBOUND)
POLL_BY_CLASS = {queue: POLL.on(queue) for queue in Queue}
CLAIM = timedelta(minutes=5)  # longer than a poll may take
PAUSE = timedelta(minutes=5)  # after an error for which the vendor names none
LONG_PAUSE = timedelta(hours=1)  # after a refusal, which an admin must correct


def list_due_polls(at: datetime) -> QuerySet[Connection]:
    """Return the connections to poll now."""
    return Connection.objects.filter(is_paused=False, next_poll_at__lte=at)


def poll_connection(connection_id: int, *, at: datetime) -> bool:
    """Ask a vendor for news, if it is time. Return True if there is more at once."""
    connection = list_due_polls(at).select_related("desk").filter(pk=connection_id).first()
    if connection is None or not _claim(connection, at=at):
        return False
    with capture_failure(
        lambda error: _put_off(connection, error, at + PAUSE, at=at),
        event="channel_poll_failed",
        connection=connection_id,
    ):
        return _poll(connection, at=at)
    return False


def queue_poll(connection: Connection) -> None:
    """Have a connection polled after the commit, in its class of work."""
    task = POLL_BY_CLASS[get_connector(connection.kind).queue]
    queue_once_after_commit(task, desk_id=connection.desk_id, connection_id=connection.pk)


def _claim(connection: Connection, *, at: datetime) -> bool:
    claimed = at + CLAIM
    waiting = list_due_polls(at).filter(pk=connection.pk, next_poll_at=connection.next_poll_at)
    connection.next_poll_at = claimed
    return bool(waiting.update(next_poll_at=claimed))


def _poll(connection: Connection, *, at: datetime) -> bool:
    try:
        polled = get_connector(connection.kind).poll(connection, at=at)
    except CallLaterError as error:
        wait = PAUSE if error.seconds is None else timedelta(seconds=error.seconds)
        _put_off(connection, str(error), at + wait, at=at)
        return False
    except CallRefusedError as error:
        _put_off(connection, str(error), at + LONG_PAUSE, at=at)
        return False
    return _store(connection, polled, at=at)


def _store(connection: Connection, polled: Polled | None, *, at: datetime) -> bool:
    next_at = polled.next_at if polled else None
    with transaction.atomic():
        mine = Connection.objects.filter(pk=connection.pk, next_poll_at=connection.next_poll_at)
        cursor = dict(polled.cursor) if polled else connection.cursor
        if not mine.update(next_poll_at=next_at, cursor=cursor):
            return False  # it took too long, and another worker has it
        if polled and polled.events:
            store_events(connection, polled.events, at=at)
        note_health(connection, "", at=at)
    return next_at is not None and next_at <= at


def _put_off(connection: Connection, problem: str, next_at: datetime, *, at: datetime) -> None:
    mine = Connection.objects.filter(pk=connection.pk, next_poll_at=connection.next_poll_at)
    mine.update(next_poll_at=next_at)
    note_health(connection, problem, at=at)
