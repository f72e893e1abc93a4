"""Admin pages of calendars, policies, SLA clocks and changes, and the targets of a plan."""

from sla.admin import calendars, clocks, policies, replans, targets

__all__ = ["calendars", "clocks", "policies", "replans", "targets"]
