"""Celery's scheduler, except that a job that waits for a worker isn't queued again."""

from __future__ import annotations

from typing import Any

from celery.beat import PersistentScheduler, ScheduleEntry

from helpdesk.worker.timetable import JOBS
from tickets.queueing import queue_once


class QueueOnceScheduler(PersistentScheduler):
    """Keeps when each job was last due, like its parent, in a file."""

    def apply_entry(self, entry: ScheduleEntry, producer: Any = None) -> None:
        """Queue a job that is due. Without a broker, it is due again after its period."""
        queue_once(JOBS[str(entry.name)])
