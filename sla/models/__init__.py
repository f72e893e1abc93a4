"""Calendars, SLA policies and targets, and the clocks of each ticket (M34, M36, M43-M45)."""

from sla.models.calendars import (
    HOURS_PARTS,
    Calendar,
    CalendarBreak,
    CalendarException,
    CalendarWindow,
)
from sla.models.clocks import Clock, ClockEntry, Deadline
from sla.models.holidays import CalendarVersion, Holiday, HolidaySource, SourceKind
from sla.models.kinds import (
    PROMISED,
    TARGETED,
    ClockKind,
    ConditionKind,
    EntryKind,
    TargetUnit,
)
from sla.models.ladders import Action, Ladder, LadderRun, LadderStep, Trigger
from sla.models.policies import Policy, PolicyCondition, PolicyVersion
from sla.models.replans import Replan, ReplanCause, ReplanScope
from sla.models.targets import LevelTarget, Target

__all__ = [
    "HOURS_PARTS",
    "PROMISED",
    "TARGETED",
    "Action",
    "Calendar",
    "CalendarBreak",
    "CalendarException",
    "CalendarVersion",
    "CalendarWindow",
    "Clock",
    "ClockEntry",
    "ClockKind",
    "ConditionKind",
    "Deadline",
    "EntryKind",
    "Holiday",
    "HolidaySource",
    "Ladder",
    "LadderRun",
    "LadderStep",
    "LevelTarget",
    "Policy",
    "PolicyCondition",
    "PolicyVersion",
    "Replan",
    "ReplanCause",
    "ReplanScope",
    "SourceKind",
    "Target",
    "TargetUnit",
    "Trigger",
]
