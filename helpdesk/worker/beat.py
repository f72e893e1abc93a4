"""Celery's scheduler, ringing for jobs: while a job waits for a worker, it isn't queued again."""

from __future__ import annotations

from typing import Any

from celery.beat import PersistentScheduler, ScheduleEntry

from helpdesk.worker.timetable import JOBS
from tickets.queueing import ring


class BellScheduler(PersistentScheduler):
    """Keeps when each job was last due, like its parent, in a file."""

    def apply_entry(self, entry: ScheduleEntry, producer: Any = None) -> None:
        """Ring for a job that is due. Without a broker, it is due again after its period."""
        ring(JOBS[str(entry.name)])
