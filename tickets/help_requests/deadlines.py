"""Response targets of engineering groups. Pure: no database, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts.places.local_times import find_instant

SATURDAY = 5
WARNED_AFTER = 0.75  # of the target


@dataclass(frozen=True, slots=True)
class WorkingDay:
    """The hours of Monday to Friday in which a target runs."""

    start: time
    end: time
    time_zone: str


def compute_deadline(at: datetime, minutes: int, hours: WorkingDay | None) -> datetime:
    """Return when a target of some minutes ends that starts at a time.

    hours: the working day that it runs in, or None if it runs around the clock.
    """
    left = timedelta(minutes=minutes)
    if hours is None:
        return at + left
    day = at.astimezone(ZoneInfo(hours.time_zone)).date()
    while True:
        if day.weekday() < SATURDAY:
            start = max(at, find_instant(day, _count_minutes(hours.start), hours.time_zone))
            end = find_instant(day, _count_minutes(hours.end), hours.time_zone)
            if start + left <= end:
                return start + left
            left -= max(end - start, timedelta(0))
        day += timedelta(days=1)


def compute_warning(at: datetime, minutes: int, hours: WorkingDay | None) -> datetime:
    """Return when to warn that a target of some minutes will end soon."""
    return compute_deadline(at, int(minutes * WARNED_AFTER), hours)


def _count_minutes(moment: time) -> int:
    return moment.hour * 60 + moment.minute
