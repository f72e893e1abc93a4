"""Business hours and holidays in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sla.models import Calendar, CalendarBreak, CalendarWindow
from sla.working_hours import Window, WorkingHours


@dataclass(frozen=True, slots=True)
class HolidayLine:
    """A date on which a calendar is closed. name: "" if it has none."""

    date: str
    name: str


@dataclass(frozen=True, slots=True)
class BusinessHours:
    """A calendar in words. holidays: closed days; other_days: those with hours of their own."""

    name: str
    text: str
    holidays: tuple[HolidayLine, ...] = ()
    other_days: tuple[HolidayLine, ...] = ()


def describe_calendar(calendar: Calendar, first: date, last: date) -> BusinessHours:
    """Return a calendar in words, with the special days from `first` to `last`.

    An exception that opens a holiday takes it off the list; two sources of a date are one line.
    """
    hours = calendar.working_hours()
    days = {*hours.holidays, *(day for day, _windows in hours.exceptions)}
    shown = sorted(day for day in days if first <= day <= last)
    closed = [day for day in shown if not hours.windows_on(day)]
    other = [day for day in shown if hours.windows_on(day)]
    return BusinessHours(
        calendar.name,
        describe_hours(calendar),
        tuple(_describe_day(day, hours.name_of(day)) for day in closed),
        tuple(_describe_day(day, _describe_exception(hours, day)) for day in other),
    )


def _describe_day(day: date, name: str) -> HolidayLine:
    return HolidayLine(date_format(day, pgettext("date format", "D, M j, Y")), name)


def _describe_exception(hours: WorkingHours, day: date) -> str:
    times = ", ".join(_describe_window(window) for window in hours.windows_on(day))
    return " · ".join(filter(None, [hours.name_of(day), times]))


def describe_hours(calendar: Calendar) -> str:
    """Return opening hours such as "Mon–Fri 8:00 AM–8:00 PM (America/Sao_Paulo)".

    Consecutive days with the same hours are grouped.
    """
    if calendar.is_always_open:
        return _("24 hours a day, 7 days a week")
    by_day: dict[int, list[CalendarWindow]] = {}
    for window in calendar.windows.all():
        by_day.setdefault(window.weekday, []).append(window)
    spans: list[tuple[int, int, str]] = []
    for day in sorted(by_day):
        text = ", ".join(_describe_window(window) for window in by_day[day])
        if spans and spans[-1][1] == day - 1 and spans[-1][2] == text:
            spans[-1] = (spans[-1][0], day, text)
        else:
            spans.append((day, day, text))
    hours = "; ".join(f"{_describe_days(first, last)} {text}" for first, last, text in spans)
    if breaks := ", ".join(_describe_break(each) for each in calendar.breaks.all()):
        named = {"hours": hours, "breaks": breaks}
        hours = _("%(hours)s, with a break %(breaks)s") % named
    return f"{hours} ({calendar.time_zone})"


def _describe_break(row: CalendarBreak) -> str:
    times = _describe_window(row)
    return times if row.weekday is None else f"{WEEKDAYS_ABBR[row.weekday]} {times}"


def _describe_days(first: int, last: int) -> str:
    start, end = WEEKDAYS_ABBR[first], WEEKDAYS_ABBR[last]
    return str(start) if first == last else f"{start}–{end}"


def _describe_window(window: CalendarWindow | CalendarBreak | Window) -> str:
    return f"{_describe_minute(window.start_minute)}–{_describe_minute(window.end_minute)}"


def _describe_minute(minute: int) -> str:
    """A minute of the day as a time; the end of the day is midnight."""
    at = datetime(2000, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    return date_format(at, pgettext("date format", "g:i A"))
