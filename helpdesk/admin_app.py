"""Puts Plumbline's admin site in the place of Django's."""

from django.contrib.admin.apps import AdminConfig


class PlumblineAdminConfig(AdminConfig):
    default_site = "helpdesk.admin_site.PlumblineAdminSite"
