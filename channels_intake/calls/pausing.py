"""The end of a connection's pause: its calls continue at once, in order."""

from __future__ import annotations

from datetime import datetime, timedelta

from channels_intake.calls.queueing import GIVE_UP_AFTER, queue_sending
from channels_intake.models import CallKind, CallState, OutgoingCall

PAUSED_SECONDS = 900  # how long a call to a paused connection waits


def resume_calls(
    *, desk_id: int, kind: CallKind, connection_id: int, is_urgent: bool, at: datetime
) -> None:
    """Send after the commit what waited for the end of a pause. The calls have their full time."""
    waiting = OutgoingCall.objects.filter(
        desk_id=desk_id, kind=kind, connection_id=connection_id, state=CallState.QUEUED
    )
    waiting.update(gives_up_at=at + GIVE_UP_AFTER)
    # Later ones wait for the end of a rate limit.
    soon = waiting.filter(next_try_at__lte=at + timedelta(seconds=PAUSED_SECONDS))
    soon.update(next_try_at=at)
    queue_sending(desk_id, is_urgent=is_urgent)
