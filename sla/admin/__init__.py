"""Admin pages of calendars, SLA clocks and changes, and the targets on the page of a plan."""

from sla.admin import calendars, clocks, replans, targets

__all__ = ["calendars", "clocks", "replans", "targets"]
