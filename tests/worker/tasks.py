"""Tasks for tests of real workers: loaded by the worker's option -I.

Each leaves a line in a list in Valkey, so that tests see what ran, where and in which order.
"""

from __future__ import annotations

import os
import time

import redis
from celery import shared_task
from django.conf import settings
from django.db import connection

SEEN, GATE = "tests:seen", "tests:gate"


def get_valkey() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, decode_responses=True)


def note(line: str) -> None:
    get_valkey().rpush(SEEN, line)


@shared_task
def note_session(*, number: int) -> None:
    """Note the process and PostgreSQL's process that serves it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    note(f"{number} {os.getpid()} {backend}")


def wait_for_gate() -> None:
    """Return when the test has opened the gate."""
    valkey, until = get_valkey(), time.monotonic() + 60
    while not valkey.exists(GATE) and time.monotonic() < until:
        valkey.blpop(["tests:nothing"], timeout=0.05)


@shared_task
def hold(*, name: str) -> None:
    """Hold the process until the test opens the gate."""
    note(f"{name} holds")
    wait_for_gate()


@shared_task
def pass_by(*, name: str) -> None:
    """Do nothing but note the name."""
    note(f"{name} passes")
