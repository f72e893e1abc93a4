"""A worker keeps its database sessions between tasks, and replaces those that broke."""

from __future__ import annotations

import psycopg
import pytest
from celery import current_app
from django.db import connection

from tests.stack import Stack, eventually
from tests.worker.tasks import SEEN, get_valkey
from tickets.queueing import Queue

pytestmark = pytest.mark.django_db(transaction=True)

PROCESSES = 2


def queue_tasks(first: int, count: int) -> None:
    for number in range(first, first + count):
        current_app.send_task(
            "tests.worker.tasks.note_session",
            kwargs={"number": number},
            queue=Queue.INTERACTIVE,
        )


def read_seen(count: int) -> list[list[int]]:
    """Return number, process and PostgreSQL's process of each task, once all have run."""
    lines = eventually(
        lambda: found if len(found := get_valkey().lrange(SEEN, 0, -1)) == count else None,
        what=f"{count} tasks have run",
    )
    return [[int(word) for word in line.split()] for line in lines]


def list_sessions() -> set[int]:
    """Return PostgreSQL's processes for this database."""
    with psycopg.connect(**connection.get_connection_params()) as owner:
        rows = owner.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        ).fetchall()
    return {pid for (pid,) in rows}


def end_sessions(backends: set[int]) -> None:
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as owner:
        for backend in backends:
            owner.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])


def test_a_hundred_tasks_share_one_session_per_process(stack: Stack) -> None:
    own = list_sessions()
    stack.start_worker("-I tests.worker.tasks")
    queue_tasks(0, 100)
    seen = read_seen(100)
    assert sorted(number for number, _, _ in seen) == list(range(100))
    processes, backends = ({line[place] for line in seen} for place in (1, 2))
    assert len(processes) <= PROCESSES
    assert len(backends) == len(processes)
    assert list_sessions() - own == backends  # the process that forks the others has none


def test_a_session_that_was_ended_between_two_tasks_fails_no_task(stack: Stack) -> None:
    stack.start_worker("-I tests.worker.tasks --concurrency 1")
    queue_tasks(0, 3)
    before = {backend for _, _, backend in read_seen(3)}
    end_sessions(before)
    queue_tasks(3, 3)
    after = {backend for number, _, backend in read_seen(6) if number >= 3}
    assert len(before) == len(after) == 1
    assert before != after
    assert "Traceback" not in (stack.folder / "worker.log").read_text()
