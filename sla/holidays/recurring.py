"""Holidays of a desk's own that come back every year: a date, or a weekday of a month. Pure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date

from sla.holidays.found import Found

WEEK = 7
LAST = -1


def find_yearly(name: str, month: int, day: int, years: Iterable[int]) -> list[Found]:
    """Return a date of each year. February 29 comes in leap years only."""
    return [
        Found.make(date(year, month, day), name)
        for year in years
        if day <= monthrange(year, month)[1]
    ]


def find_nth_weekday(
    name: str, month: int, weekday: int, nth: int, years: Iterable[int]
) -> list[Found]:
    """Return a weekday of a month of each year: the first to fourth, or LAST."""
    return [
        Found.make(date(year, month, _find_day(year, month, weekday, nth)), name) for year in years
    ]


def _find_day(year: int, month: int, weekday: int, nth: int) -> int:
    first_weekday, length = monthrange(year, month)
    first = 1 + (weekday - first_weekday) % WEEK
    if nth == LAST:
        return first + (length - first) // WEEK * WEEK
    return first + (nth - 1) * WEEK
