"""The time up to which changes are settled: no transaction that still runs can add an earlier one.

A row's ``changed_at`` is the database's time of its write (change_times.py), but others see it only
after the commit. A reader of changes in the order of their times must not read past that.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from threading import Lock

from accounts.database.rows import fetch_prepared
from accounts.tenancy import release_connection

# A clock that is set back by less than this, such as by a failover, hides no change.
MARGIN = timedelta(seconds=5)
TRIES, PAUSE_SECONDS = 10, 0.02  # most transactions take milliseconds
UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)
MAX_MARKS = 100
# The time, and then the other transactions of this database that have written. A transaction that
# isn't among them can only write later times. Any role may read this.
WRITERS = """
SELECT statement_timestamp() AS at, ARRAY(
  SELECT l.virtualtransaction FROM pg_locks l JOIN pg_stat_activity a USING (pid)
  WHERE l.locktype = 'transactionid' AND l.mode = 'ExclusiveLock' AND l.granted
    AND a.datname = current_database() AND l.pid <> pg_backend_pid()) AS names
"""

# The newest time that is known to be settled, and later ones, each with who was writing then.
_marks: list[tuple[datetime, set[str]]] = []
_adding = Lock()


def find_settled_time() -> datetime:
    """Return the latest time before which no running transaction can save a change anymore.

    The time is the database's, as for changes. Waits a moment for those that are writing.
    While one takes longer, it is the time of an earlier call whose writers have ended, or UNKNOWN
    if this process knows of none.
    """
    now, began = _list_writers()
    running = began
    for _ in range(TRIES):
        if began.isdisjoint(running):
            break
        release_connection()  # others of this process may need it meanwhile
        time.sleep(PAUSE_SECONDS)
        running = _list_writers()[1]
    with _adding:
        _marks.append((now, began))
        # What another thread noted later says nothing: its writers may have begun after this look.
        settled = max(
            (at for at, writers in _marks if at <= now and writers.isdisjoint(running)),
            default=UNKNOWN,
        )
        later = [mark for mark in _marks if mark[0] > settled]
        _marks[:] = [(settled, set()), *later[-MAX_MARKS:]]
    return settled - MARGIN


def _list_writers() -> tuple[datetime, set[str]]:
    [row] = fetch_prepared(WRITERS, {})
    return row["at"], set(row["names"])
