"""Run Django's migrate as the tables' owner, and create the cache table."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandError
from django.core.management.commands.migrate import Command as Migrate
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from accounts.tenancy import owner_scope

OUR_APPS = {"accounts", "tickets", "sla", "routing", "channels_intake"}


class Command(Migrate):
    def execute(self, *args: Any, **options: Any) -> Any:
        # Around the system checks too: they connect, and a fresh database has no other role yet.
        with owner_scope():
            return super().execute(*args, **options)

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_unknown_migrations()
        super().handle(*args, **options)
        call_command("createcachetable", verbosity=0)


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
