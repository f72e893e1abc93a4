"""App configuration that replaces Django's admin site with Plumbline's."""

from django.contrib.admin import site
from django.contrib.admin.apps import SimpleAdminConfig
from django.utils.module_loading import autodiscover_modules


class PlumblineAdminConfig(SimpleAdminConfig):
    default_site = "helpdesk.admin.site.PlumblineAdminSite"

    def ready(self) -> None:
        super().ready()
        autodiscover_modules("admin", "admin.pages", register_to=site)
