"""Calendars, SLA policies and targets, and the clocks of each ticket (M34, M36, M43-M45)."""

from sla.models.calendars import Calendar, CalendarWindow, Holiday
from sla.models.clocks import Clock, ClockEntry, Deadline
from sla.models.kinds import (
    PROMISED,
    TARGETED,
    ClockKind,
    ConditionKind,
    EntryKind,
    TargetUnit,
)
from sla.models.policies import Policy, PolicyCondition, PolicyVersion
from sla.models.replans import Replan, ReplanCause, ReplanScope
from sla.models.targets import LevelTarget, Target

__all__ = [
    "PROMISED",
    "TARGETED",
    "Calendar",
    "CalendarWindow",
    "Clock",
    "ClockEntry",
    "ClockKind",
    "ConditionKind",
    "Deadline",
    "EntryKind",
    "Holiday",
    "LevelTarget",
    "Policy",
    "PolicyCondition",
    "PolicyVersion",
    "Replan",
    "ReplanCause",
    "ReplanScope",
    "Target",
    "TargetUnit",
]
