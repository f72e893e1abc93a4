"""An independent calculator of working time: it reads the wall clock of every minute.

It shares neither code nor approach with sla/: there are no spans, tables or offsets, only the
question whether a minute is open, asked for each minute of a season.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

Spans = tuple[tuple[int, int], ...]  # opening and closing, minutes after the day's midnight
Pauses = Iterable[tuple[datetime, datetime | None]]
MINUTE = timedelta(minutes=1)
ONE = timedelta(microseconds=1)
PER_MINUTE = MINUTE // ONE


@dataclass(frozen=True)
class WallCalendar:
    """Hours by weekday (0 is Monday), breaks by weekday, closed dates, and dates of their own."""

    zone: str
    weekly: dict[int, Spans]
    breaks: dict[int, Spans] = field(default_factory=dict)
    closed: frozenset[date] = frozenset()
    own: dict[date, Spans] = field(default_factory=dict)

    def is_open(self, day: date, minute: int) -> bool:
        """Return True if the wall clock may show this minute of this date while it is open."""
        days = ((day, minute), (day - timedelta(days=1), minute + 1440))
        on_break = any(_covers(self._breaks_of(begun), shown) for begun, shown in days)
        return not on_break and any(_covers(self._spans_of(begun), shown) for begun, shown in days)

    def _spans_of(self, day: date) -> Spans:
        if day in self.own:
            return self.own[day]
        return () if day in self.closed else self.weekly.get(day.weekday(), ())

    def _breaks_of(self, day: date) -> Spans:
        return () if day in self.own else self.breaks.get(day.weekday(), ())


def _covers(spans: Spans, minute: int) -> bool:
    return any(start <= minute < (end if end > start else end + 1440) for start, end in spans)


@lru_cache
def read_wall_clock(zone: str, start: datetime, days: int) -> list[tuple[date, int]]:
    """Return the date and the minute of the day that a zone's wall clock shows, for each minute."""
    info, found = ZoneInfo(zone), []
    for number in range(days * 1440):
        shown = (start + number * MINUTE).astimezone(info)
        found.append((shown.date(), shown.hour * 60 + shown.minute))
    return found


@dataclass(frozen=True)
class Season:
    """The minutes of a calendar from `start` on, for a number of days."""

    calendar: WallCalendar
    start: datetime
    days: int

    @cached_property
    def minutes(self) -> bytes:
        """One byte per minute: 1 if the calendar is open then."""
        shown = read_wall_clock(self.calendar.zone, self.start, self.days)
        is_open = {each: self.calendar.is_open(*each) for each in set(shown)}
        return bytes(map(is_open.__getitem__, shown))

    def find_deadline(
        self, start: datetime, amount: timedelta, pauses: Pauses = ()
    ) -> datetime | None:
        """Return when the amount is used up, or None if a pause without an end prevents it."""
        position, left = self._count(start), amount // ONE
        spans = [(self._count(begin), end and self._count(end)) for begin, end in pauses]
        while left:
            minute = self.minutes.find(1, position // PER_MINUTE)
            if minute < 0 and all(end for _, end in spans):
                raise AssertionError("the season is too short")
            position = max(position, minute * PER_MINUTE) if minute >= 0 else self._count(self.end)
            covering = [
                end for begin, end in spans if begin <= position and not (end and end <= position)
            ]
            if None in covering:
                return None
            if covering:
                position = max(filter(None, covering))
                continue
            stops = [begin for begin, _ in spans if begin > position]
            step = min(
                left, (minute + 1) * PER_MINUTE - position, *(stop - position for stop in stops)
            )
            position, left = position + step, left - step
        return self.start + position * ONE

    @property
    def end(self) -> datetime:
        return self.start + timedelta(days=self.days)

    def _count(self, at: datetime) -> int:
        return (at - self.start) // ONE


def is_counted(season: Season, at: datetime, pauses: Pauses) -> bool:
    """Return True if an instant counts: its minute is open and no pause covers it."""
    if any(begin <= at and (end is None or at < end) for begin, end in pauses):
        return False
    return bool(season.minutes[(at - season.start) // MINUTE])
