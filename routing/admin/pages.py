"""The modules that register admin pages, for autodiscovery (helpdesk/admin/apps.py)."""

from routing.admin import agents, on_call, teams

__all__ = ["agents", "on_call", "teams"]
from routing.admin import rules

__all__ = ["agents", "rules"]
