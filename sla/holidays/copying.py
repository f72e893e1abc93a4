"""Copy a calendar with its hours, exceptions and holidays."""

from __future__ import annotations

from datetime import datetime
from itertools import count

from django.db import transaction
from django.utils.translation import gettext

from sla.holidays.refresh import fill_new_sources
from sla.hours import save_version
from sla.models import Calendar, Holiday, HolidaySource

MAX_NAME = 60


def copy_calendar(calendar: Calendar, *, name: str = "", at: datetime) -> Calendar:
    """Return a copy of a calendar under a free name, with the same holidays switched off."""
    with transaction.atomic():
        copy = Calendar.objects.create(
            desk_id=calendar.desk_id,
            name=name or _find_free_name(calendar),
            time_zone=calendar.time_zone,
            is_always_open=calendar.is_always_open,
        )
        for rows in (calendar.windows, calendar.breaks, calendar.exceptions):
            _copy_rows(list(rows.all()), copy)
        _copy_rows(list(calendar.holidays.filter(source__isnull=True)), copy)
        for source in calendar.holiday_sources.all():
            _copy_source(source, copy)
        fill_new_sources(copy, at=at)
        save_version(copy, is_new=True)
    return copy


def _copy_rows(rows: list, copy: Calendar) -> None:
    for row in rows:
        row.pk, row.calendar = None, copy
        row._state.adding = True
    if rows:
        type(rows[0]).objects.bulk_create(rows)


def _copy_source(source: HolidaySource, copy: Calendar) -> None:
    holidays = list(source.holidays.all())
    source.pk, source.calendar, source.checked_at = None, copy, None
    source._state.adding = True
    source.save()
    Holiday.objects.bulk_create(
        Holiday(
            desk_id=source.desk_id,
            calendar=copy,
            source=source,
            date=each.date,
            name=each.name,
            category=each.category,
            is_active=each.is_active,
        )
        for each in holidays
    )


def _find_free_name(calendar: Calendar) -> str:
    """Return "Copy of X", numbered if that is taken."""
    start = (gettext("Copy of %(name)s") % {"name": calendar.name})[: MAX_NAME - 5]
    taken = set(Calendar.objects.filter(desk=calendar.desk_id).values_list("name", flat=True))
    names = (start if number == 1 else f"{start} {number}" for number in count(1))
    return next(name for name in names if name not in taken)
