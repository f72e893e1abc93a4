"""Calendars, SLA targets and the clocks of each ticket (M34, M36, M43-M45)."""

from sla.models.calendars import Calendar, CalendarWindow, Holiday
from sla.models.clocks import Clock, ClockEntry, Deadline, EntryKind
from sla.models.replans import Replan, ReplanCause, ReplanScope
from sla.models.targets import Target

__all__ = [
    "Calendar",
    "CalendarWindow",
    "Clock",
    "ClockEntry",
    "Deadline",
    "EntryKind",
    "Holiday",
    "Replan",
    "ReplanCause",
    "ReplanScope",
    "Target",
]
