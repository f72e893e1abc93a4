"""Versions of calendars: what a deadline was calculated with, and can be calculated with again.

Every change of a calendar's rows ends with `save_version` in the same transaction. A version never
changes, so its value is cached by process.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection, transaction
from django.db.models import prefetch_related_objects

from sla.models import HOURS_PARTS, Calendar, CalendarVersion
from sla.working_hours import DayException, Window, WorkingHours


@dataclass(frozen=True, slots=True)
class _Pending:
    """A hook that marks a version as not yet committed: Django drops it with a rollback.

    As every preview rolls back, another change may then get the same number. Not so first versions:
    the ID of a calendar is never used again.
    """

    key: tuple[int, int]

    def __call__(self) -> None:
        """Do nothing at commit: the version can be cached as soon as this is no longer waiting."""


def get_working_hours(calendar_id: int, version: int) -> WorkingHours:
    """Return the hours of a version of a calendar.

    Raises CalendarVersion.DoesNotExist for a version that never was.
    """
    is_pending = any(
        isinstance(hook[1], _Pending) and hook[1].key == (calendar_id, version)
        for hook in connection.run_on_commit  # savepoints, function, and more
    )
    return (_load if is_pending else _load_once)(calendar_id, version)


def save_version(calendar: Calendar, *, is_new: bool = False) -> bool:
    """Write a calendar's rows as a new version if they changed. Return True if they did.

    Sets the calendar's `version`. Call it after the rows, in the same transaction. is_new: the
    calendar was made in it, so that this is its first version.
    """
    with transaction.atomic():
        locked = Calendar.objects.select_for_update().get(pk=calendar.pk)
        hours = encode_hours(load_current_hours(locked))
        latest = CalendarVersion.objects.filter(calendar=locked).order_by("-version").first()
        if latest is not None and latest.hours == hours:
            calendar.version = locked.version
            return False
        if not is_new:
            locked.version += 1
            locked.save(update_fields=["version"])
            transaction.on_commit(_Pending((locked.pk, locked.version)))
        CalendarVersion.objects.create(
            desk_id=locked.desk_id, calendar=locked, version=locked.version, hours=hours
        )
    calendar.version = locked.version
    return True


def load_current_hours(calendar: Calendar) -> WorkingHours:
    """Return the value of a calendar's rows as they are now in the database."""
    fresh = Calendar.objects.get(pk=calendar.pk)
    prefetch_related_objects([fresh], *HOURS_PARTS)
    return fresh.working_hours()


def encode_hours(hours: WorkingHours) -> dict[str, Any]:
    """Return hours as JSON."""
    return {
        "time_zone": hours.time_zone,
        "windows": sorted(list(window) for window in hours.windows),
        "breaks": sorted(list(window) for window in hours.breaks),
        "holidays": sorted(day.isoformat() for day in hours.holidays),
        "exceptions": {
            day.isoformat(): sorted(list(window) for window in windows)
            for day, windows in hours.exceptions
        },
        "names": {day.isoformat(): name for day, name in hours.names if name},
    }


def decode_hours(data: Mapping[str, Any]) -> WorkingHours:
    """Return the hours that `encode_hours` wrote."""
    return WorkingHours(
        time_zone=data["time_zone"],
        windows=tuple(Window(*window) for window in data["windows"]),
        holidays=frozenset(map(date.fromisoformat, data["holidays"])),
        exceptions=tuple(
            DayException(date.fromisoformat(day), tuple((start, end) for start, end in windows))
            for day, windows in sorted(data["exceptions"].items())
        ),
        breaks=tuple(Window(*window) for window in data["breaks"]),
        names=tuple((date.fromisoformat(day), name) for day, name in sorted(data["names"].items())),
    )


def _load(calendar_id: int, version: int) -> WorkingHours:
    stored = CalendarVersion.objects.filter(calendar=calendar_id, version=version).first()
    if stored is not None:
        return decode_hours(stored.hours)
    current = Calendar.objects.filter(pk=calendar_id, version=version).first()
    if current is None:
        raise CalendarVersion.DoesNotExist(f"calendar {calendar_id} has no version {version}")
    return load_current_hours(current)  # its first version is not written yet


@lru_cache(maxsize=512)
def _load_once(calendar_id: int, version: int) -> WorkingHours:
    return _load(calendar_id, version)
