"""Checks of what a web process needs: the database, its tables, static files, the broker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

import psycopg
import redis
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from tickets.queueing import get_client

SECONDS = 2  # for PostgreSQL to connect, and to answer

OK = "ok"
NO_DATABASE = "The database can't be reached."
NO_MIGRATIONS = "Some migrations aren't applied. Run manage.py migrate."
NO_STATIC_FILES = "The static files are missing. Run manage.py collectstatic, then restart web."
NO_BROKER = "Valkey can't be reached. Pages work; background work waits until it is back."
STOPPING = "This process is stopping."
SLOW = "The checks take too long."


@dataclass(frozen=True)
class Readiness:
    """The outcome of the checks, each a sentence or "ok"."""

    checks: dict[str, str] = field(default_factory=dict)

    @property
    def is_ready(self) -> bool:
        """True if pages can be answered, whether or not background work is done."""
        return all(said == OK for name, said in self.checks.items() if name != "broker")

    @property
    def status(self) -> str:
        if not self.is_ready:
            return "not ready"
        return "ready" if all(said == OK for said in self.checks.values()) else "degraded"


def check_readiness() -> Readiness:
    """Run all checks. The text of an error is never shown: it may name hosts and users."""
    database, migrations = _check_database()
    return Readiness(
        {
            "database": database,
            "migrations": migrations,
            "static_files": _say(has_static_files, NO_STATIC_FILES),
            "broker": _say(has_broker, NO_BROKER),
        }
    )


def _say(check: Callable[[], bool], problem: str) -> str:
    return OK if check() else problem


def _check_database() -> tuple[str, str]:
    try:
        applied = _read_applied()
    except psycopg.errors.UndefinedTable:
        return OK, NO_MIGRATIONS
    except psycopg.Error:
        return NO_DATABASE, NO_DATABASE
    return OK, OK if list_migrations() <= applied else NO_MIGRATIONS


def _read_applied() -> set[tuple[str, str]]:
    """Read django_migrations over a connection of its own.

    The pool may be in use as a whole. That is no reason to send all requests to the other nodes.
    The time limit is no option of the connection: poolers of sessions refuse that.
    """
    given = connection.get_connection_params() | {"connect_timeout": SECONDS}
    with psycopg.connect(**given) as raw:
        raw.execute("SELECT set_config('statement_timeout', %s, true)", [str(SECONDS * 1000)])
        return set(raw.execute("SELECT app, name FROM django_migrations").fetchall())


@cache
def list_migrations() -> frozenset[tuple[str, str]]:
    """Return the migrations of this version. Those of a later version don't disturb it."""
    loader = MigrationLoader(None, load=False)
    loader.load_disk()
    return frozenset(loader.disk_migrations)


def has_static_files() -> bool:
    """Return True if the files were collected before this process started.

    Without its list of files, the storage fails on every page.
    """
    if not isinstance(staticfiles_storage, ManifestFilesMixin):
        return True
    return bool(staticfiles_storage.hashed_files)


def has_broker() -> bool:
    """Return True if Valkey answers."""
    try:
        return bool(get_client().ping())
    except redis.RedisError:
        return False
