"""Read reports and exports from a streaming replica (DATABASE_REPLICA_URL).

A ``reading_from_replica`` block first waits until the replica has everything that the primary had
when the block began, so an export never lacks what its reader has just seen. If the replica is
unavailable or doesn't catch up in time, the block reads from the primary and logs that. Writes
always go to the primary.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import structlog
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connection, connections
from django.db.models import Model

REPLICA = "replica"
MAX_CATCH_UP = 10.0  # seconds before falling back to the primary
POLL_INTERVAL = 0.05  # seconds

log = structlog.get_logger(__name__)
_alias: ContextVar[str] = ContextVar("plumbline_read_alias", default=DEFAULT_DB_ALIAS)


class ReplicaRouter:
    """Route reads inside ``reading_from_replica`` to the replica, and everything else as usual."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        """Return the replica's alias inside ``reading_from_replica``."""
        return REPLICA if _alias.get() == REPLICA else None

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        """Return the primary, even for a row that was read from the replica."""
        return DEFAULT_DB_ALIAS

    def allow_relation(self, first: Model, second: Model, **hints: Any) -> bool:
        """Allow relations between rows of the two: they are the same database."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Migrate the primary only."""
        return db == DEFAULT_DB_ALIAS


@contextmanager
def reading_from_replica(purpose: str) -> Iterator[str]:
    """Read from the replica inside the block, if there is one. Yield the alias for raw SQL.

    Inside a transaction, reads stay on the primary, because the replica has only committed data.
    purpose: for the log, such as "export_desk".
    """
    has_replica = REPLICA in settings.DATABASES and not connection.in_atomic_block
    alias = REPLICA if has_replica and _is_usable(purpose) else DEFAULT_DB_ALIAS
    token = _alias.set(alias)
    try:
        yield alias
    finally:
        _alias.reset(token)
        if alias == REPLICA:
            connections[REPLICA].close()


def _is_usable(purpose: str) -> bool:
    try:
        return _catch_up(purpose)
    except (OperationalError, InterfaceError) as error:
        log.warning("replica_unavailable", purpose=purpose, error=str(error))
        connections[REPLICA].close()
        return False


def _catch_up(purpose: str) -> bool:
    """Wait until the replica has replayed what the primary has written. Return False if it lags."""
    written = _ask(DEFAULT_DB_ALIAS, "SELECT pg_current_wal_insert_lsn()::text")
    deadline = time.monotonic() + MAX_CATCH_UP
    while not _ask(REPLICA, "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", written):
        if time.monotonic() > deadline:
            log.warning("replica_lags", purpose=purpose, waited=MAX_CATCH_UP)
            connections[REPLICA].close()
            return False
        time.sleep(POLL_INTERVAL)
    return True


def _ask(alias: str, sql: str, *params: str) -> Any:
    with connections[alias].cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchone()[0]
