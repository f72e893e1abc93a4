from django.apps import AppConfig

from accounts.tenancy import guard_connections


class AccountsConfig(AppConfig):
    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        guard_connections()
