"""Create and replace whole calendars, as the API does. Admin pages edit their rows one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext

from accounts.models import Desk
from sla.business_days import find_next_opening
from sla.calendar import NeverOpensError
from sla.holidays.refresh import fill_new_sources
from sla.hours import load_current_hours, save_version
from sla.models import (
    Calendar,
    CalendarBreak,
    CalendarException,
    CalendarWindow,
    Holiday,
    HolidaySource,
    ReplanCause,
    ReplanScope,
)
from sla.previews import Touched
from sla.replanning import request_replan
from tickets.errors import InvalidValueError

SAME_SOURCE = ("kind", "name", "country", "region", "month", "day", "weekday", "nth", "url")


@dataclass(frozen=True)
class CalendarContent:
    """A calendar with all its rows, not saved yet. holidays: those entered one by one."""

    name: str
    time_zone: str
    is_always_open: bool
    windows: Sequence[CalendarWindow]
    breaks: Sequence[CalendarBreak]
    exceptions: Sequence[CalendarException]
    holidays: Sequence[Holiday]
    sources: Sequence[HolidaySource]


def save_calendar(
    *,
    desk: Desk,
    content: CalendarContent,
    by: str,
    scope: ReplanScope,
    at: datetime,
    calendar: Calendar | None = None,
) -> Calendar:
    """Create a calendar, or replace one with its rows. Return it as stored.

    A source that stays keeps its holidays and which of them are switched off. scope: the tickets
    that follow a change. Raises InvalidValueError for a taken name or a calendar that never opens.
    """
    with transaction.atomic():
        is_new = calendar is None
        calendar = _save_itself(desk, content, calendar)
        for name in ("windows", "breaks", "exceptions"):
            _replace(getattr(calendar, name).all(), getattr(content, name), calendar)
        _replace(calendar.holidays.filter(source__isnull=True), content.holidays, calendar)
        _replace_sources(calendar, content.sources)
        fill_new_sources(calendar, at=at)
        _refuse_never_open(calendar, at)
        if save_version(calendar, is_new=is_new) and not is_new:
            _let_tickets_follow(calendar, by, scope, at)
    return calendar


def switch_holiday(
    *, holiday: Holiday, is_active: bool, by: str, scope: ReplanScope, at: datetime
) -> None:
    """Switch a holiday of a calendar on or off. Tickets follow as of `save_calendar`."""
    with transaction.atomic():
        calendar = Calendar.objects.select_for_update().get(pk=holiday.calendar_id)
        holiday.is_active = is_active
        holiday.save(update_fields=["is_active"])
        if save_version(calendar):
            _let_tickets_follow(calendar, by, scope, at)


def _save_itself(desk: Desk, content: CalendarContent, calendar: Calendar | None) -> Calendar:
    others = Calendar.objects.filter(desk=desk, name=content.name)
    if (others.exclude(pk=calendar.pk) if calendar else others).exists():
        raise InvalidValueError("name", gettext("Another calendar already has this name."))
    if calendar is not None:
        calendar = Calendar.objects.select_for_update().get(pk=calendar.pk)
    calendar = calendar or Calendar(desk=desk)
    calendar.name, calendar.time_zone = content.name, content.time_zone
    calendar.is_always_open = content.is_always_open
    calendar.save()
    return calendar


def _replace(stored: Any, rows: Sequence[Model], calendar: Calendar) -> None:
    stored.delete()
    for row in rows:
        _assign(row, calendar)
    stored.model.objects.bulk_create(rows)


def _replace_sources(calendar: Calendar, sources: Sequence[HolidaySource]) -> None:
    kept = {_identify(source): source for source in calendar.holiday_sources.all()}
    wanted = {_identify(source): source for source in sources}
    gone = [source.pk for key, source in kept.items() if key not in wanted]
    HolidaySource.objects.filter(pk__in=gone).delete()
    for key, source in wanted.items():
        if key not in kept:
            _assign(source, calendar)
            source.save()


def _assign(row: Any, calendar: Calendar) -> None:
    row.desk_id, row.calendar = calendar.desk_id, calendar


def _identify(source: HolidaySource) -> tuple[Any, ...]:
    return tuple(getattr(source, name) for name in SAME_SOURCE)


def _refuse_never_open(calendar: Calendar, at: datetime) -> None:
    try:
        find_next_opening(load_current_hours(calendar), at)
    except NeverOpensError as error:
        text = gettext("This calendar would never open, so no SLA target would ever be due.")
        raise InvalidValueError("windows", text) from error


def _let_tickets_follow(calendar: Calendar, by: str, scope: ReplanScope, at: datetime) -> None:
    request_replan(
        desk_id=calendar.desk_id,
        by=by,
        cause=ReplanCause.CALENDAR,
        scope=scope,
        touched=Touched(calendars=frozenset({calendar.pk})),
        at=at,
        subject=calendar.name,
    )
