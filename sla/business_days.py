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

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sla.calendar import (
    DAY,
    HORIZON,
    NeverOpensError,
    add_working_time,
    working_time_between,
)
from sla.working_hours import MINUTES_IN_DAY, WorkingHours

MAX_DAYS = 366
MINUTE = timedelta(minutes=1)


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
    limit = max(find_wall_time(hours.time_zone, day, by_minute), received + timedelta.resolution)
    return add_working_time(hours, start, working_time_between(hours, start, limit))


def find_next_opening(hours: WorkingHours, at: datetime) -> datetime:
    """Return `at` if the calendar is open then, or the next opening, in UTC."""
    return add_working_time(hours, at, timedelta.resolution) - timedelta.resolution


def is_business_day(hours: WorkingHours, day: date) -> bool:
    """Return True if opening hours start on a date and are not all break or clock change."""
    return any(
        working_time_between(
            hours,
            find_wall_time(hours.time_zone, day, window.start_minute),
            find_wall_time(hours.time_zone, day, window.span()[1] // MINUTE),
        )
        for window in hours.windows_on(day)
    )


def find_wall_time(time_zone: str, day: date, minute: int) -> datetime:
    """Return the first instant at which the wall clock shows a time of a date or later, in UTC.

    minute: after local midnight; from 1440 on it is of the next day.
    """
    zone = ZoneInfo(time_zone)
    wall = datetime.combine(day, time()) + minute * MINUTE
    found = wall.replace(tzinfo=zone).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == wall:
        return found
    earlier = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)  # the clock skips it: before it
    seconds = bisect_left(
        range((found - earlier) // timedelta(seconds=1)),
        True,
        key=lambda number: (
            (earlier + timedelta(seconds=number)).astimezone(zone).replace(tzinfo=None) >= wall
        ),
    )
    return earlier + timedelta(seconds=seconds)


def _find_receipt_day(hours: WorkingHours, received: datetime) -> date:
    """Return the date on which the opening hours that are open at an instant started."""
    day = received.astimezone(ZoneInfo(hours.time_zone)).date()
    # Open today by a window of today, or by one of last night.
    return day if _has_opened(hours, day, received) else day - DAY


def _has_opened(hours: WorkingHours, day: date, at: datetime) -> bool:
    return any(
        find_wall_time(hours.time_zone, day, window.start_minute) <= at
        for window in hours.windows_on(day)
    )


def _find_next_business_day(hours: WorkingHours, day: date) -> date:
    for number in range(1, HORIZON.days):
        if is_business_day(hours, day + number * DAY):
            return day + number * DAY
    raise NeverOpensError(f"{hours.time_zone}: no business day within ten years of {day}")
