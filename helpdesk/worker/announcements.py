"""The lines of workers and of the scheduler about their start and stop, JSON in production."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from typing import Any

import structlog
from celery import signals
from celery.apps import worker
from django.conf import settings

log = structlog.get_logger(__name__)


@signals.celeryd_init.connect(dispatch_uid="plumbline.announcements")
def write_as_json(**signal: Any) -> None:
    """Replace the function that prints them. Celery has no setting for it."""
    if settings.MODE == "production":
        worker.safe_say = _say  # type: ignore[attr-defined]  # not in the stubs


@signals.worker_ready.connect(dispatch_uid="plumbline.announcements")
def announce_worker(*, sender: Any, **signal: Any) -> None:
    """Log that a worker takes tasks, and of which classes."""
    queues = sorted(sender.app.amqp.queues.consume_from)
    log.info("worker_started", worker=sender.hostname, queues=queues)


@signals.beat_init.connect(dispatch_uid="plumbline.announcements")
def announce_scheduler(**signal: Any) -> None:
    """Log that the scheduler starts."""
    log.info("scheduler_started")


def _say(text: str, file: Any = None) -> None:
    """Write a line of the log. Called by a signal handler, which must not wait for a lock."""
    line = {
        "event": text,
        "logger": "celery.apps.worker",
        "level": "info",
        "timestamp": datetime.now(UTC).isoformat(),
    }
    if sys.__stderr__ is not None:  # sys.stderr is Celery's own, which logs
        os.write(sys.__stderr__.fileno(), f"{json.dumps(line)}\n".encode())
