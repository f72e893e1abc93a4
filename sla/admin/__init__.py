"""Admin pages of calendars, policies, ladders, SLA clocks and changes, and targets of a plan."""

from sla.admin import calendars, clocks, ladders, policies, replans, targets

__all__ = ["calendars", "clocks", "ladders", "policies", "replans", "targets"]
