"""`manage.py migrate` never makes others wait long for a lock that it waits for itself."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.core.management.commands.migrate import Command as Migrate
from django.db import connection, transaction
from django.db.migrations import Migration

from helpdesk.management.commands import migrate

pytestmark = pytest.mark.django_db(transaction=True)
CHANGE = "LOCK TABLE django_cache IN ACCESS EXCLUSIVE MODE"  # as most ALTER TABLE do


class Atomic(Migration):
    pass


class Concurrent(Migration):
    atomic = False


def run(monkeypatch: pytest.MonkeyPatch, *, release: Callable[[int], None]) -> tuple[str, int]:
    """Migrate while a table is in use. release: called with each number of a pause.

    Returns what was said, and how often the change was tried.
    """
    pauses, tries = [], []

    def apply(command: Any, *args: Any, **options: Any) -> None:
        tries.append(1)
        command.verbosity = 0
        command.migration_progress_callback("apply_start", Atomic("0099_change", "tickets"))
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(CHANGE)

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        release(len(pauses))

    monkeypatch.setattr(Migrate, "handle", apply)
    monkeypatch.setattr(migrate, "LOCK_TIMEOUT", "50ms")
    monkeypatch.setattr(migrate, "pause", pause)
    said = io.StringIO()
    call_command("migrate", stdout=io.StringIO(), stderr=said)
    return said.getvalue(), len(tries)


def test_a_migration_waits_until_a_table_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("LOCK TABLE django_cache IN ACCESS SHARE MODE")

        def release(number: int) -> None:
            if number == 2:
                other.rollback()

        said, tries = run(monkeypatch, release=release)
    assert said.count("A table is in use. Trying again in 10 seconds.") == 2
    assert tries == 3


def test_one_that_stays_in_use_ends_it_with_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("LOCK TABLE django_cache IN ACCESS SHARE MODE")
        with pytest.raises(CommandError, match=r"in use 12 times.*Stop web, workers, beat"):
            run(monkeypatch, release=lambda number: None)


def test_one_that_is_ended_by_a_deadlock_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    deadlock = "DO $$ BEGIN RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01'; END $$"
    monkeypatch.setattr(f"{__name__}.CHANGE", deadlock)

    def release(number: int) -> None:
        monkeypatch.setattr(f"{__name__}.CHANGE", "SELECT 1")

    assert run(monkeypatch, release=release)[1] == 2


def test_one_that_builds_indexes_concurrently_waits_for_them() -> None:
    command = migrate.Command(stdout=io.StringIO())
    command.verbosity = 0
    found = []
    for migration in (Atomic, Concurrent):
        command.migration_progress_callback("apply_start", migration("0099_change", "tickets"))
        with connection.cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            found += cursor.fetchall()
    migrate.limit_waiting("0")
    assert found == [("1s",), ("0",)]
