"""A scheduler for tests: it queues the jobs of SLA clocks twice a second, and no others."""

from __future__ import annotations

from celery.schedules import schedule

from helpdesk.worker.beat import QueueOnceScheduler
from helpdesk.worker.timetable import TIMETABLE

JOBS = [job.purpose for job in TIMETABLE if job.task.startswith("sla.tasks.") and job.period < 60]


class EagerScheduler(QueueOnceScheduler):
    """The product's scheduler with another timetable."""

    max_interval = 1

    def setup_schedule(self) -> None:
        super().setup_schedule()
        entries = {name: self.schedule[name] for name in JOBS}
        self.schedule.clear()
        for name, entry in entries.items():
            entry.schedule = schedule(0.5)
            self.schedule[name] = entry
