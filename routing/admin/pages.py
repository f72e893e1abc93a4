"""The modules that register admin pages, for autodiscovery (helpdesk/admin/apps.py)."""

from routing.admin import agents

__all__ = ["agents"]
