from django.apps import AppConfig
from django.conf import settings
from django.core.checks import register
from django.utils.module_loading import import_string

from helpdesk.checks import (
    check_account_followers,
    check_after_commit,
    check_followers,
    check_ladder_duty,
    check_names_of_settings,
    check_queued_tasks,
    check_reply_way,
    check_schedule,
)
from helpdesk.host_name import use_own_host_name


class HelpdeskConfig(AppConfig):
    name = "helpdesk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        register(check_followers)
        register(check_account_followers)
        register(check_after_commit)
        register(check_ladder_duty)
        register(check_reply_way)
        register(check_schedule)
        register(check_queued_tasks)
        register(check_names_of_settings)
        use_own_host_name(settings.SITE_URL)
        # By name: they import models, which can't be before the apps are ready.
        import_string("helpdesk.live.access.connect_signals")()
        import_string("helpdesk.notify.sign_out.connect_sign_out")()
