"""Concurrent work in tests, each in a thread and on a connection of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from time import monotonic
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from accounts.tenancy import desk_scope
from tests.cast import Cast
from tickets.errors import ServiceError


def at_once(cast: Cast, *works: Callable[[], Any]) -> list[Any]:
    """Run works that start together; return their results, or the errors that services raised."""
    barrier = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        try:
            with desk_scope(cast.desk):
                barrier.wait()
                return work()
        except (ServiceError, ValidationError) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def meanwhile(cast: Cast, first: Callable[[], Any], second: Callable[[], Any]) -> None:
    """Run a second work while the first is done but not yet committed.

    The first commits as soon as the second waits for one of its locks, and fails if it never does.
    """
    is_done = Event()

    def hold() -> None:
        with transaction.atomic():
            first()
            is_done.set()
            wait_until_blocking()

    def follow() -> None:
        assert is_done.wait(10)
        second()

    at_once(cast, hold, follow)


def inside(cast: Cast, first: Callable[[], Any], second: Callable[[], Any]) -> None:
    """Run a second work, and commit it, while the first is done but not yet committed."""
    is_done, is_over = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            first()
            is_done.set()
            assert is_over.wait(10)

    def follow() -> None:
        assert is_done.wait(10)
        try:
            second()
        finally:
            is_over.set()

    at_once(cast, hold, follow)


def wait_until_blocking(seconds: float = 10) -> None:
    """Return once another connection waits for a lock of the running transaction."""
    until = monotonic() + seconds
    with connection.cursor() as cursor:
        while monotonic() < until:
            cursor.execute(
                "SELECT 1 FROM pg_locks"
                " WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchone():
                return
    raise AssertionError("No connection waits for this transaction.")
