"""Admin pages of calendars and SLA clocks, and the SLA targets on the page of a plan."""

from sla.admin import calendars, clocks, targets

__all__ = ["calendars", "clocks", "targets"]
