"""Cached versions of calendars over changes that roll back."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from sla.hours import get_working_hours, save_version
from sla.models import Calendar, CalendarVersion
from tests.cast import Cast


def close_at(calendar: Calendar, minute: int) -> None:
    calendar.windows.update(end_minute=minute)
    save_version(calendar)


def preview(calendar: Calendar, minute: int) -> int:
    """Change hours, read them, and roll back. Returns when they would have closed."""
    with transaction.atomic():
        close_at(calendar, minute)
        found = get_working_hours(calendar.pk, calendar.version).windows[0].end_minute
        transaction.set_rollback(True)
    calendar.refresh_from_db()
    return found


def test_a_version_that_was_rolled_back_is_not_what_the_next_one_reads(in_rocket: Cast) -> None:
    calendar = in_rocket.calendar
    assert preview(calendar, 720) == 720
    assert preview(calendar, 780) == 780
    with pytest.raises(CalendarVersion.DoesNotExist):
        get_working_hours(calendar.pk, calendar.version + 1)


def test_after_a_preview_the_saved_version_is_cached_as_ever(in_rocket: Cast) -> None:
    """Another process saves it: this one made the same number, and rolled it back."""
    calendar = in_rocket.calendar
    preview(calendar, 720)
    hooks, connection.run_on_commit = connection.run_on_commit, []
    close_at(calendar, 780)
    connection.run_on_commit = hooks  # as of the other process
    assert get_working_hours(calendar.pk, calendar.version).windows[0].end_minute == 780
    with CaptureQueriesContext(connection) as queries:
        get_working_hours(calendar.pk, calendar.version)
    assert len(queries) == 0
