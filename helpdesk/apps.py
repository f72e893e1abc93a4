from django.apps import AppConfig
from django.core.checks import register

from helpdesk.checks import check_followers, check_schedule


class HelpdeskConfig(AppConfig):
    name = "helpdesk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        register(check_followers)
        register(check_schedule)
