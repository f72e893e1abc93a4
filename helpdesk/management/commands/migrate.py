"""Django's migrate, run as the owner of the tables, and with the cache's table."""

from typing import Any

from django.core.management import call_command
from django.core.management.commands.migrate import Command as Migrate

from accounts.tenancy import owner_scope


class Command(Migrate):
    def handle(self, *args: Any, **options: Any) -> None:
        with owner_scope():
            super().handle(*args, **options)
            call_command("createcachetable", verbosity=0)
