"""What still waits to be done, and how old it is."""

from __future__ import annotations

from functools import cache

import psycopg

from bench.ready import SERVERS

# isort: split
from django.utils import timezone

from helpdesk.worker.workload import measure_workload

WAITING = """
SELECT (SELECT count(*) FROM channels_intake_inboundmessage WHERE state = 'received')
  + (SELECT count(*) FROM tickets_eventdelivery WHERE state = 'due')
  + (SELECT count(*) FROM channels_intake_unsentmail WHERE next_try_at <= now())
"""


@cache
def _connect() -> psycopg.Connection:
    return SERVERS.superuser()


def count_waiting() -> int:
    """Return the number of emails to read, deliveries to make and emails to send."""
    (count,) = _connect().execute(WAITING).fetchone() or (0,)
    return int(count)


def list_ages() -> dict[str, float]:
    """Return the age in seconds of the oldest due item of each class that has one."""
    loads = measure_workload(timezone.now())
    return {queue.value: load.seconds for queue, load in loads.items() if load.seconds is not None}
