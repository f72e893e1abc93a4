"""Run migrate as the tables' owner, with short waits for locks, and create the cache table."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandError
from django.core.management.commands.migrate import Command as Migrate
from django.db import OperationalError, connection
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState, get_related_models_tuples
from psycopg.errors import DeadlockDetected, LockNotAvailable

from accounts.tenancy import owner_scope

OUR_APPS = {"accounts", "tickets", "sla", "routing", "channels_intake"}
# A statement that waits for a lock makes all others wait behind it. So it gives up early, and is
# tried again when they are through. So is one that PostgreSQL ends to resolve a deadlock.
LOCK_TIMEOUT = "1s"
IN_USE = (LockNotAvailable, DeadlockDetected)
ATTEMPTS = 12
PAUSE = 10.0  # seconds
pause = time.sleep


class Command(Migrate):
    def execute(self, *args: Any, **options: Any) -> Any:
        # Around the system checks too: they connect, and a fresh database has no other role yet.
        with owner_scope():
            return super().execute(*args, **options)

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_unknown_migrations()
        is_fresh = not MigrationRecorder(connection).applied_migrations()
        with rendering_neighbors_only() if is_fresh else nullcontext():
            self._migrate(*args, **options)
        limit_waiting("0")
        call_command("createcachetable", verbosity=0)

    def _migrate(self, *args: Any, **options: Any) -> None:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                super().handle(*args, **options)
                break
            except OperationalError as error:
                self._wait_for_locks(error, attempt)

    def migration_progress_callback(
        self, action: str, migration: Migration | None = None, fake: bool = False
    ) -> None:
        if migration and action in {"apply_start", "unapply_start"}:
            # One that isn't atomic may not end halfway: an index would be left invalid.
            limit_waiting(LOCK_TIMEOUT if migration.atomic else "0")
        super().migration_progress_callback(action, migration, fake)

    def _wait_for_locks(self, error: OperationalError, attempt: int) -> None:
        """Wait before the next attempt. What was applied stays; the rest was undone."""
        if not isinstance(error.__cause__, IN_USE):
            raise error
        limit_waiting("0")
        if attempt == ATTEMPTS:
            raise CommandError(
                f"A table was in use {ATTEMPTS} times. What was migrated stays. Stop web,"
                " workers, beat and long queries, then run migrate again."
            ) from error
        self.stderr.write(f"\nA table is in use. Trying again in {PAUSE:g} seconds.")
        pause(PAUSE)


def limit_waiting(limit: str) -> None:
    """Let statements of this connection wait for a lock no longer than this. "0": forever."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [limit])


@contextmanager
def rendering_neighbors_only() -> Iterator[None]:
    """Make Django rebuild only the changed model's class and its neighbors, not all classes.

    Every model leads to every other one through its desk, so Django would build 200 classes for
    each of 500 changes, which took most of the time of a first start. Django itself does the same
    for fields that are no relations, and builds all classes anew before a RunPython.
    """

    def find(state: ProjectState, app_label: str, name: str, delay: bool = False) -> set[Any]:
        state.is_delayed = True
        try:
            before = state.apps.get_model(app_label, name)
        except LookupError:
            return {(app_label, name)}
        return {(app_label, name), *get_related_models_tuples(before)}

    states: Any = ProjectState
    finder = states._find_reload_model
    states._find_reload_model = find
    try:
        yield
    finally:
        states._find_reload_model = finder


def refuse_unknown_migrations() -> None:
    """Raise CommandError if the database was migrated by code that this version does not contain.

    Django would skip what is recorded under the same name, and leave tables that do not fit.
    """
    loader = MigrationLoader(connection)
    unknown = [
        f"{app}.{name}"
        for app, name in sorted(loader.applied_migrations.keys() - loader.disk_migrations.keys())
        if app in OUR_APPS
    ]
    if unknown:
        raise CommandError(
            f"This database was migrated by another version of Plumbline ({unknown[0]} and"
            f" {len(unknown) - 1} more are not in this one). Use that version, or start with an"
            " empty database; for the demo, delete its data folder."
        )
