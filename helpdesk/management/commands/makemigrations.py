"""Django's makemigrations, run as the owner: on a fresh database the application's role is not there yet."""

from typing import Any

from django.core.management.commands.makemigrations import Command as MakeMigrations

from accounts.tenancy import owner_scope


class Command(MakeMigrations):
    def handle(self, *args: Any, **options: Any) -> None:
        with owner_scope():
            super().handle(*args, **options)
