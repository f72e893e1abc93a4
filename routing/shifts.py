"""Shift checks at a given time. Pure (M55, M80)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

MINUTES_IN_DAY = 24 * 60
MINUTES_IN_WEEK = 7 * MINUTES_IN_DAY


@dataclass(frozen=True, slots=True)
class ShiftFacts:
    """A weekly shift in minutes after local midnight.

    An end at or before the start means the next day; equal minutes are 24 hours.
    """

    weekday: int  # 0 is Monday
    start_minute: int
    end_minute: int
    time_zone: str


def is_on_shift(shifts: Iterable[ShiftFacts], at: datetime) -> bool:
    """Return True if one of the shifts covers the wall clock of its zone at this time."""
    return any(_covers(shift, at) for shift in shifts)


def _covers(shift: ShiftFacts, at: datetime) -> bool:
    length = (shift.end_minute - shift.start_minute) % MINUTES_IN_DAY or MINUTES_IN_DAY
    start = shift.weekday * MINUTES_IN_DAY + shift.start_minute
    return (_find_minute_of_week(at, shift.time_zone) - start) % MINUTES_IN_WEEK < length


@lru_cache(maxsize=128)  # all agents are asked for the same time, and most are in one zone
def _find_minute_of_week(at: datetime, time_zone: str) -> int:
    local = at.astimezone(ZoneInfo(time_zone))
    return local.weekday() * MINUTES_IN_DAY + local.hour * 60 + local.minute
