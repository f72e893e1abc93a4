"""Who is on shift at a moment. Pure: shifts and a time in, yes or no out (M55, M80)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

DAY = 24 * 60  # minutes
WEEK = 7 * DAY


@dataclass(frozen=True, slots=True)
class ShiftFacts:
    """A weekly shift: minutes after local midnight; an end at or before the start means the next day."""

    weekday: int  # 0 is Monday
    start_minute: int
    end_minute: int
    time_zone: str


def is_on_shift(shifts: Iterable[ShiftFacts], at: datetime) -> bool:
    """Whether one of the shifts covers the wall clock of its zone at this moment."""
    return any(_covers(shift, at) for shift in shifts)


def _covers(shift: ShiftFacts, at: datetime) -> bool:
    local = at.astimezone(ZoneInfo(shift.time_zone))
    minute = local.weekday() * DAY + local.hour * 60 + local.minute
    length = (shift.end_minute - shift.start_minute) % DAY or DAY
    since_start = (minute - shift.weekday * DAY - shift.start_minute) % WEEK
    return since_start < length
