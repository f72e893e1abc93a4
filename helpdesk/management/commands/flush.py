"""Run Django's flush as the tables' owner, because the application role can't truncate."""

from typing import Any

from django.core.management.commands.flush import Command as Flush

from accounts.tenancy import owner_scope


class Command(Flush):
    def handle(self, **options: Any) -> None:
        with owner_scope():
            super().handle(**options)
