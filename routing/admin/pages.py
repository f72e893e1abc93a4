"""The modules that register admin pages, for autodiscovery (helpdesk/admin/apps.py)."""

from routing.admin import agents, on_call, rules, teams

__all__ = ["agents", "on_call", "rules", "teams"]
