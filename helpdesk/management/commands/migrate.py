"""Django's migrate, run as the owner of the tables, and with the cache's table."""

from typing import Any

from django.core.management import call_command
from django.core.management.commands.migrate import Command as Migrate

from accounts.tenancy import owner_scope


class Command(Migrate):
    def execute(self, *args: Any, **options: Any) -> Any:
        with (
            owner_scope()
        ):  # around the checks too: they connect, and a fresh database has no other role yet
            return super().execute(*args, **options)

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        call_command("createcachetable", verbosity=0)
