"""The end of a pause: what waited meanwhile continues at once, in order."""

from __future__ import annotations

from datetime import datetime

from channels_intake.calls.pausing import resume_calls
from channels_intake.connections.incoming.polling import queue_poll
from channels_intake.connections.incoming.storing import queue_processing
from channels_intake.connections.registry import get_connector
from channels_intake.models import CallKind, Connection


def resume(connection: Connection, *, at: datetime) -> None:
    """Send, poll and process after the commit what waited for a connection that was paused.

    Its calls have their full time again.
    """
    resume_calls(
        desk_id=connection.desk_id,
        kind=CallKind.CHANNEL,
        connection_id=connection.pk,
        is_urgent=True,
        at=at,
    )
    queue_processing(connection)
    begin_polling(connection, at=at)


def begin_polling(connection: Connection, *, at: datetime) -> None:
    """Poll a new or resumed connection now, if its channel is polled. The cursor stays."""
    if get_connector(connection.kind).is_polled:
        Connection.objects.filter(pk=connection.pk).update(next_poll_at=at)
        queue_poll(connection)
