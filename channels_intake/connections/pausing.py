"""The end of a pause: what waited meanwhile continues at once, in order."""

from __future__ import annotations

from datetime import datetime, timedelta

from channels_intake.calls.queueing import GIVE_UP_AFTER, queue_sending
from channels_intake.connections.incoming.polling import queue_poll
from channels_intake.connections.incoming.storing import queue_processing
from channels_intake.connections.registry import get_connector
from channels_intake.models import CallKind, CallState, Connection, OutgoingCall

PAUSED_SECONDS = 900  # how long a call to a paused connection waits


def resume(connection: Connection, *, at: datetime) -> None:
    """Send, poll and process after the commit what waited for a connection that was paused.

    Its calls have their full time again.
    """
    waiting = OutgoingCall.objects.filter(
        desk_id=connection.desk_id,
        kind=CallKind.CHANNEL,
        connection_id=connection.pk,
        state=CallState.QUEUED,
    )
    waiting.update(gives_up_at=at + GIVE_UP_AFTER)
    # Later ones wait for the end of a rate limit.
    soon = waiting.filter(next_try_at__lte=at + timedelta(seconds=PAUSED_SECONDS))
    soon.update(next_try_at=at)
    queue_sending(connection.desk_id, is_urgent=True)
    queue_processing(connection)
    begin_polling(connection, at=at)


def begin_polling(connection: Connection, *, at: datetime) -> None:
    """Poll a new or resumed connection now, if its channel is polled. The cursor stays."""
    if get_connector(connection.kind).is_polled:
        Connection.objects.filter(pk=connection.pk).update(next_poll_at=at)
        queue_poll(connection)
