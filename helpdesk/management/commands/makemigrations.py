"""Run makemigrations as the owner: a fresh database has no application role yet."""

from typing import Any

from django.core.management.commands.makemigrations import Command as MakeMigrations

from accounts.tenancy import owner_scope


class Command(MakeMigrations):
    def handle(self, *args: Any, **options: Any) -> None:
        with owner_scope():
            super().handle(*args, **options)
