from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from accounts.tenancy import guard_connections


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        guard_connections()
