"""Weekly shifts as spans of time. Pure (M55, M80).

A shift is wall-clock time of its zone. It begins on a local date, and its end at or before the
start means the next day. When clocks go back, a time that is shown twice means its first
occurrence; when they go forward, a time that is skipped means the moment of the jump. So a shift
that begins when another one ends leaves neither a gap nor an overlap.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from accounts.places.local_times import MINUTES_IN_DAY, find_instant
from accounts.places.spans import merge_spans

DAY = timedelta(days=1)
NO_DATES: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class ShiftFacts:
    """A weekly shift in minutes after local midnight.

    An end at or before the start means the next day; equal minutes are 24 hours.
    """

    weekday: int  # 0 is Monday
    start_minute: int
    end_minute: int
    time_zone: str
    works_on_holidays: bool = False


class Span(NamedTuple):
    """A time [start, end), aware."""

    start: datetime
    end: datetime

    def covers(self, at: datetime) -> bool:
        """Return True if the time is inside."""
        return self.start <= at < self.end


def is_on_shift(
    shifts: Iterable[ShiftFacts], at: datetime, *, holidays: Container[date] = NO_DATES
) -> bool:
    """Return True if one of the shifts covers the time. holidays: local dates on which none begins.

    A shift that began the day before goes on into a holiday.
    """
    return any(span.covers(at) for shift in shifts for span in _list_near(shift, at, holidays))


def list_spans(
    shifts: Iterable[ShiftFacts],
    start: datetime,
    end: datetime,
    *,
    holidays: Container[date] = NO_DATES,
) -> list[Span]:
    """Return the times on shift that touch [start, end), in order; adjacent ones are one.

    The first and the last may reach beyond it.
    """
    found = (
        span
        for shift in shifts
        for span in _list_between(shift, start, end, holidays)
        if span.start < end and span.end > start
    )
    return merge_spans(found, Span)


def subtract_spans(spans: Iterable[Span], gone: Iterable[Span]) -> list[Span]:
    """Return what is left of the spans, in order, without the times in ``gone``."""
    left = list(spans)
    for cut in gone:
        left = [part for span in left for part in _cut(span, cut)]
    return sorted(left)


def _cut(span: Span, gone: Span) -> Iterator[Span]:
    if gone.end <= span.start or gone.start >= span.end:
        yield span
        return
    if span.start < gone.start:
        yield Span(span.start, gone.start)
    if gone.end < span.end:
        yield Span(gone.end, span.end)


def _list_near(shift: ShiftFacts, at: datetime, holidays: Container[date]) -> Iterator[Span]:
    """Return the shift's spans that begin on the local date of a time, and on the day before."""
    today = find_local_date(at, shift.time_zone)
    for day in (today - DAY, today):
        if day.weekday() == shift.weekday and (shift.works_on_holidays or day not in holidays):
            yield _place(shift, day)


def _list_between(
    shift: ShiftFacts, start: datetime, end: datetime, holidays: Container[date]
) -> Iterator[Span]:
    # One day more on each side: a shift of the day before may still run.
    first = find_local_date(start, shift.time_zone) - DAY
    last = find_local_date(end, shift.time_zone)
    day = first + DAY * ((shift.weekday - first.weekday()) % 7)
    while day <= last:
        if shift.works_on_holidays or day not in holidays:
            yield _place(shift, day)
        day += 7 * DAY


@lru_cache(maxsize=256)  # all agents are asked for the same time, and most are in one zone
def find_local_date(at: datetime, time_zone: str) -> date:
    """Return the date in a time zone at a time."""
    return at.astimezone(ZoneInfo(time_zone)).date()


@lru_cache(maxsize=8192)
def _place(shift: ShiftFacts, day: date) -> Span:
    minutes = (shift.end_minute - shift.start_minute) % MINUTES_IN_DAY or MINUTES_IN_DAY
    end_minute = shift.start_minute + minutes
    start = find_instant(day, shift.start_minute, shift.time_zone)
    return Span(start, find_instant(day, end_minute, shift.time_zone))
