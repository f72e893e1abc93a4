"""The end of a pause: what waited meanwhile continues at once, in order."""

from __future__ import annotations

from datetime import datetime

from channels_intake.calls.pausing import resume_calls
from channels_intake.code_hosts.releases import CHECK
from channels_intake.code_hosts.storing import PROCESS
from channels_intake.models import CallKind, CodeHost
from tickets.queueing import queue_once_after_commit


def resume(host: CodeHost, *, at: datetime) -> None:
    """Send and process after the commit what waited for a repository that was paused.

    Its calls have their full time again.
    """
    resume_calls(
        desk_id=host.desk_id,
        kind=CallKind.CODE_HOST,
        connection_id=host.pk,
        is_urgent=False,
        at=at,
    )
    for task in (PROCESS, CHECK):
        queue_once_after_commit(task, desk_id=host.desk_id)
