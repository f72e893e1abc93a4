"""Deadlines in business days: "next business day by 18:00", "within 2 business days". Pure.

The rules are those of common support contracts:

- A business day is a local date on which opening hours start, holidays and exceptions considered.
  The morning end of a night shift makes no business day.
- The day of receipt is not counted. What arrives while the calendar is closed is received at the
  next opening: before opening on Tuesday counts as Tuesday, after closing on Friday as Monday. So
  "next business day" is Wednesday for the first and Tuesday for the second.
- The deadline is a time of that day, or its closing if the calendar closes before it, as on a
  shorter day. Like every deadline, one in closed time moves back to the closing before it. So it is
  always the instant at which the working time since the start is used up.
- A time that the wall clock skips is the jump; of one shown twice, the first.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from accounts.places.local_times import MINUTE, MINUTES_IN_DAY, find_instant
from sla.calendar import (
    DAY,
    HORIZON,
    NeverOpensError,
    add_working_time,
    working_time_between,
)
from sla.working_hours import WorkingHours

MAX_DAYS = 366


def find_business_day_deadline(
    hours: WorkingHours, start: datetime, days: int, by_minute: int
) -> datetime:
    """Return the deadline `days` business days after the one on which `start` is received.

    by_minute: minutes after local midnight, 1..1440. Returns UTC. NeverOpensError if there are too
    few business days within ten years; ValueError for other arguments out of range.
    """
    if not 1 <= days <= MAX_DAYS or not 1 <= by_minute <= MINUTES_IN_DAY:
        raise ValueError(f"{days} days by minute {by_minute}: expected 1..366 and 1..1440")
    received = find_next_opening(hours, start)
    day = _find_receipt_day(hours, received)
    for _ in range(days):
        day = _find_next_business_day(hours, day)
    limit = max(find_instant(day, by_minute, hours.time_zone), received + timedelta.resolution)
    return add_working_time(hours, start, working_time_between(hours, start, limit))


def find_next_opening(hours: WorkingHours, at: datetime) -> datetime:
    """Return `at` if the calendar is open then, or the next opening, in UTC."""
    return add_working_time(hours, at, timedelta.resolution) - timedelta.resolution


def is_business_day(hours: WorkingHours, day: date) -> bool:
    """Return True if opening hours start on a date and are not all break or clock change."""
    return any(
        working_time_between(
            hours,
            find_instant(day, window.start_minute, hours.time_zone),
            find_instant(day, window.span()[1] // MINUTE, hours.time_zone),
        )
        for window in hours.windows_on(day)
    )


def _find_receipt_day(hours: WorkingHours, received: datetime) -> date:
    """Return the date on which the opening hours that are open at an instant started."""
    day = received.astimezone(ZoneInfo(hours.time_zone)).date()
    # Open today by a window of today, or by one of last night.
    return day if _has_opened(hours, day, received) else day - DAY


def _has_opened(hours: WorkingHours, day: date, at: datetime) -> bool:
    return any(
        find_instant(day, window.start_minute, hours.time_zone) <= at
        for window in hours.windows_on(day)
    )


def _find_next_business_day(hours: WorkingHours, day: date) -> date:
    for number in range(1, HORIZON.days):
        if is_business_day(hours, day + number * DAY):
            return day + number * DAY
    raise NeverOpensError(f"{hours.time_zone}: no business day within ten years of {day}")
