"""Celery's scheduler, except that a job isn't queued again while it waits for a worker."""

from __future__ import annotations

import time
from typing import Any

import redis
import structlog
from celery.beat import PersistentScheduler, ScheduleEntry

from helpdesk.worker.timetable import JOBS
from tickets.queueing import get_client, queue_once

LAST_BEAT = "plumbline:last-beat"  # in Valkey: when the scheduler last did something
MAX_SILENCE = 90  # seconds; some job is due every 20

log = structlog.get_logger(__name__)


class QueueOnceScheduler(PersistentScheduler):
    """Like its parent, this keeps in a file when each job was last due."""

    def apply_entry(self, entry: ScheduleEntry, producer: Any = None) -> None:
        """Queue a job that is due. If the broker is unavailable, the job is due again later."""
        queue_once(JOBS[str(entry.name)])
        try:
            get_client().set(LAST_BEAT, time.time(), ex=10 * MAX_SILENCE)
        except redis.RedisError as error:
            log.warning("broker_unavailable", task=entry.name, error=str(error))
