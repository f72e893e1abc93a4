"""Business hours as a pure value: weekly windows, breaks, holidays and date exceptions.

calendar.py says what they mean and calculates with them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

from accounts.places.local_times import MINUTES_IN_DAY


class Window(NamedTuple):
    """A weekly window: `weekday` 0 (Monday) to 6 of its first day, and minutes from local midnight.

    `start_minute` is 0..1439, `end_minute` 1..2880. Above 1440 it ends on the next day (1800 is
    06:00 there). So does an `end_minute` at or before the start: (4, 1320, 360) is Friday 22:00 to
    Saturday 06:00, and equal minutes are 24 hours. Midnight at the end of the day is 1440.
    `WorkingHours` checks the ranges.
    """

    weekday: int
    start_minute: int
    end_minute: int

    def span(self) -> tuple[timedelta, timedelta]:
        """Return opening and closing as wall time since the midnight that starts the first day."""
        overnight = self.end_minute <= self.start_minute
        closing = self.end_minute + MINUTES_IN_DAY if overnight else self.end_minute
        return timedelta(minutes=self.start_minute), timedelta(minutes=closing)


class DayException(NamedTuple):
    """The windows of one date, as (start_minute, end_minute), instead of the weekly ones.

    No windows mean closed.
    """

    date: date
    windows: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class WorkingHours:
    """Business hours: an IANA time zone, weekly windows and breaks, holidays and exceptions.

    `names` says what a holiday or an exception is called; calculations ignore it, so it
    doesn't make two values different. Equal values share one table. ValueError for an unknown
    zone, a window out of range, or a day that is not a plain date or has two exceptions. No windows
    at all is allowed and means never open.
    """

    time_zone: str
    windows: tuple[Window, ...]
    holidays: frozenset[date] = frozenset()
    exceptions: tuple[DayException, ...] = ()
    breaks: tuple[Window, ...] = ()
    names: tuple[tuple[date, str], ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        _check_time_zone(self.time_zone)
        for window in (*self.windows, *self.breaks):
            _check_window(window)
        for day, spans in self.exceptions:
            for span in spans:
                _check_window(Window(day.weekday(), *span))
        if len(self._exceptions) < len(self.exceptions):
            raise ValueError("a date can have one exception only")
        # A datetime is an instance of date, but never equal to one: it would be silently ignored.
        if any(isinstance(day, datetime) for day in (*self.holidays, *self._exceptions)):
            raise ValueError("a holiday must be a date without a time")

    def __hash__(self) -> int:
        return self._hash

    @classmethod
    def always(cls, time_zone: str) -> WorkingHours:
        """Return the 24x7 calendar of a zone (M45): never closed, also when clocks change."""
        return cls(time_zone, tuple(Window(weekday, 0, MINUTES_IN_DAY) for weekday in range(7)))

    @property
    def has_openings(self) -> bool:
        """Return True if there is any window, on a weekday or on a date."""
        return bool(self.windows) or any(exception.windows for exception in self.exceptions)

    def windows_on(self, day: date) -> tuple[Window, ...]:
        """Return the windows that start on a date, overlapping ones included."""
        own = self._exceptions.get(day)
        if own is not None:
            return own
        return () if day in self.holidays else self._weekly[day.weekday()]

    def breaks_on(self, day: date) -> tuple[Window, ...]:
        """Return the breaks that start on a date."""
        return () if day in self._exceptions else self._weekly_breaks[day.weekday()]

    def is_exception(self, day: date) -> bool:
        """Return True if a date has its own windows, or is closed by an exception."""
        return day in self._exceptions

    def is_holiday(self, day: date) -> bool:
        """Return True if a holiday closes a date. An exception on the same date beats it."""
        return day in self.holidays and day not in self._exceptions

    def name_of(self, day: date) -> str:
        """Return the name of the holiday or the exception on a date, or an empty text."""
        return self._names.get(day, "")

    @cached_property
    def _hash(self) -> int:
        parts = (self.time_zone, self.windows, self.holidays, self.exceptions, self.breaks)
        return hash(parts)

    @cached_property
    def _exceptions(self) -> dict[date, tuple[Window, ...]]:
        return {
            day: tuple(Window(day.weekday(), *span) for span in spans)
            for day, spans in self.exceptions
        }

    @cached_property
    def _weekly(self) -> list[tuple[Window, ...]]:
        return _group_by_weekday(self.windows)

    @cached_property
    def _weekly_breaks(self) -> list[tuple[Window, ...]]:
        return _group_by_weekday(self.breaks)

    @cached_property
    def _names(self) -> dict[date, str]:
        return dict(self.names)


def _group_by_weekday(windows: Iterable[Window]) -> list[tuple[Window, ...]]:
    return [tuple(each for each in windows if each.weekday == day) for day in range(7)]


def _check_time_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # unknown, malformed, or a folder
        raise ValueError(f"unknown time zone {name!r}") from error


def _check_window(window: Window) -> None:
    weekday, start, end = window
    if not (0 <= weekday <= 6 and 0 <= start < MINUTES_IN_DAY and 1 <= end <= 2 * MINUTES_IN_DAY):
        raise ValueError(f"{window}: weekday is 0..6, start_minute 0..1439, end_minute 1..2880")
