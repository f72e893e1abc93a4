"""The time up to which changes are settled: no transaction that still runs can add an earlier one.

A change has the time at which its transaction began or a little before, but others see it only
after the commit. Who reads changes in the order of their times must not read past that.
"""

from __future__ import annotations

import time
from collections import deque
from datetime import UTC, datetime, timedelta
from threading import Lock

from accounts.database.rows import fetch_prepared

MARGIN = timedelta(seconds=5)  # from the time of a change to its transaction's first write, at most
TRIES, PAUSE_SECONDS = 10, 0.02  # most transactions take milliseconds
UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)
# The transactions of this database that have written, but the own. Any role may read this.
WRITERS = """
SELECT l.virtualtransaction AS name FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.locktype = 'transactionid' AND l.mode = 'ExclusiveLock' AND l.granted
  AND a.datname = current_database() AND l.pid <> pg_backend_pid()
"""

_marks: deque[tuple[datetime, set[str]]] = deque(maxlen=100)  # times, and who was writing then
_adding = Lock()


def find_settled_time(now: datetime) -> datetime:
    """Return the latest time before which no running transaction can save a change any more.

    Waits a moment for those that are writing. While one takes longer, it is the time of an earlier
    call whose writers have ended, or UNKNOWN if this process knows of none.
    """
    began = running = _list_writers()
    for _ in range(TRIES):
        if began.isdisjoint(running):
            break
        time.sleep(PAUSE_SECONDS)
        running = _list_writers()
    with _adding:
        _marks.append((now, began))
        settled = [at for at, writers in _marks if at <= now and writers.isdisjoint(running)]
    return max(settled, default=UNKNOWN) - MARGIN


def _list_writers() -> set[str]:
    return {row["name"] for row in fetch_prepared(WRITERS, {})}
