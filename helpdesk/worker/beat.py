"""Celery's scheduler, except that a job isn't queued again while it waits for a worker."""

from __future__ import annotations

from typing import Any

from celery.beat import PersistentScheduler, ScheduleEntry

from helpdesk.worker.timetable import JOBS
from tickets.queueing import queue_once


class QueueOnceScheduler(PersistentScheduler):
    """Like its parent, this keeps in a file when each job was last due."""

    def apply_entry(self, entry: ScheduleEntry, producer: Any = None) -> None:
        """Queue a job that is due. If the broker is unavailable, the job is due again later."""
        queue_once(JOBS[str(entry.name)])
