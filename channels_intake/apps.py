from django.apps import AppConfig


class ChannelsIntakeConfig(AppConfig):
    name = "channels_intake"
    verbose_name = "Mail"
    default_auto_field = "django.db.models.BigAutoField"
