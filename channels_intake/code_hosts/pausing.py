"""The end of a pause: what waited meanwhile continues at once, in order."""

from __future__ import annotations

from datetime import datetime, timedelta

from channels_intake.calls.queueing import GIVE_UP_AFTER, queue_sending
from channels_intake.code_hosts.connector import PAUSED_SECONDS
from channels_intake.code_hosts.releases import CHECK
from channels_intake.code_hosts.storing import PROCESS
from channels_intake.models import CallKind, CallState, CodeHost, OutgoingCall
from tickets.queueing import queue_once_after_commit


def resume(host: CodeHost, *, at: datetime) -> None:
    """Send and process after the commit what waited for a repository that was paused.

    Its calls have their full time again.
    """
    waiting = OutgoingCall.objects.filter(
        desk_id=host.desk_id,
        kind=CallKind.CODE_HOST,
        connection_id=host.pk,
        state=CallState.QUEUED,
    )
    waiting.update(gives_up_at=at + GIVE_UP_AFTER)
    # Later ones wait for the end of a rate limit.
    soon = waiting.filter(next_try_at__lte=at + timedelta(seconds=PAUSED_SECONDS))
    soon.update(next_try_at=at)
    queue_sending(host.desk_id, is_urgent=False)
    for task in (PROCESS, CHECK):
        queue_once_after_commit(task, desk_id=host.desk_id)
