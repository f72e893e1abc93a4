"""Run Django's migrate as the tables' owner, and create the cache table."""

from typing import Any

from django.core.management import call_command
from django.core.management.commands.migrate import Command as Migrate

from accounts.tenancy import owner_scope


class Command(Migrate):
    def execute(self, *args: Any, **options: Any) -> Any:
        # Around the system checks too: they connect, and a fresh database has no other role yet.
        with owner_scope():
            return super().execute(*args, **options)

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        call_command("createcachetable", verbosity=0)
