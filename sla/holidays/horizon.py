"""Horizon of a calendar's holidays: how far ahead they are known, and warnings near the end."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext

from accounts.models import Desk
from sla.holidays.refresh import get_today
from sla.models import Calendar, HolidaySource, SourceKind

WARN_BEFORE = timedelta(days=60)
ENDLESS = {SourceKind.YEARLY, SourceKind.WEEKDAY}


def find_horizon(calendar: Calendar) -> date | None:
    """Return the last date up to which a calendar's holidays are known; None without any.

    Countries and feeds know their holidays up to a date; of those entered one by one it is the last
    one. What comes back every year says nothing about the others.
    """
    if calendar.is_always_open:
        return None
    known = [
        source.known_until
        for source in calendar.holiday_sources.all()
        if source.known_until and source.kind not in ENDLESS
    ]
    entered = [each.date for each in calendar.holidays.all() if each.source_id is None]
    return max(known or entered, default=None)


def list_warnings(calendar: Calendar, at: datetime) -> list[str]:
    """Return what an admin should know about a calendar's holidays, in whole sentences."""
    soon = get_today(calendar, at) + WARN_BEFORE
    horizon, warnings = find_horizon(calendar), []
    if horizon is not None and horizon < soon:
        text = gettext("Its holidays are only known until %(date)s. Add the ones after that.")
        warnings.append(text % {"date": date_format(horizon)})
    for source in [] if calendar.is_always_open else calendar.holiday_sources.all():
        if warning := _describe_problem(source, soon, horizon):
            warnings.append(warning)
    return warnings


def list_warnings_of_desk(desk: Desk, at: datetime) -> list[tuple[Calendar, list[str]]]:
    """Return the desk's calendars with warnings. Three queries."""
    calendars = Calendar.objects.filter(desk=desk).prefetch_related("holiday_sources", "holidays")
    found = ((calendar, list_warnings(calendar, at)) for calendar in calendars)
    return [(calendar, warnings) for calendar, warnings in found if warnings]


def describe_horizon(calendar: Calendar) -> str:
    """Return up to when a calendar's holidays are known, for its admin page."""
    horizon = find_horizon(calendar)
    if horizon is None:
        return gettext("None") if calendar.is_always_open else gettext("No end known")
    return gettext("Known until %(date)s") % {"date": date_format(horizon)}


def _describe_problem(source: HolidaySource, soon: date, horizon: date | None) -> str:
    """Return a warning about one source; "" if it works or the calendar's warning covers it."""
    if source.failure:
        return gettext("%(source)s can't be refreshed: %(reason)s") % {
            "source": source,
            "reason": source.failure,
        }
    ends = source.known_until
    if source.kind in ENDLESS or ends is None or ends >= soon or ends == horizon:
        return ""
    return gettext("%(source)s names no holidays after %(date)s.") % {
        "source": source,
        "date": date_format(ends),
    }
