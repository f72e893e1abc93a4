"""Store the holidays of a source: at once when it is added, then daily.

A source that fails keeps the holidays it has and says why. Past holidays stay as they were.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.network.errors import ForbiddenAddressError, UnreachableError
from accounts.sentences import Problem
from sla.business_days import find_next_opening
from sla.calendar import NeverOpensError
from sla.holidays.countries import PUBLIC, find_holidays
from sla.holidays.failures import SourceError, SourceProblem
from sla.holidays.feed import read_feed
from sla.holidays.fetching import fetch_feed
from sla.holidays.found import Found
from sla.holidays.recurring import find_nth_weekday, find_yearly
from sla.hours import load_current_hours, save_version
from sla.models import (
    Calendar,
    Holiday,
    HolidaySource,
    ReplanCause,
    ReplanScope,
    SourceKind,
)
from sla.previews import Touched
from sla.replanning import request_replan
from tickets.queueing import Queue, TaskName, send_after_commit

REFRESH = TaskName("sla.tasks.refresh_source", queue=Queue.BULK)
EVERY = timedelta(days=1)
YEARS_BACK, YEARS_AHEAD = 1, 2
FAILURES = (SourceError, ForbiddenAddressError, UnreachableError)


def list_sources_to_refresh(at: datetime) -> QuerySet[HolidaySource]:
    """Return the sources that are new or changed, or were not checked for a day."""
    due = Q(checked_at__isnull=True) | Q(checked_at__lte=at - EVERY)
    return HolidaySource.objects.filter(due).order_by("pk")


def refresh_source(*, source_id: int, at: datetime) -> bool:
    """Refresh a source and let open tickets follow. Return True if its calendar changed.

    A feed is fetched before the transaction begins, so that a slow host holds no connection.
    """
    source = HolidaySource.objects.select_related("calendar", "desk").filter(pk=source_id).first()
    if source is None:
        return False
    problem: Problem | None = None
    found: list[Found] = []
    skipped = 0
    try:
        found, skipped = _find(source, at)
    except FAILURES as error:
        problem = error.problem
    with transaction.atomic():
        calendar = Calendar.objects.select_for_update().filter(pk=source.calendar_id).first()
        locked = HolidaySource.objects.select_for_update().filter(pk=source_id).first()
        if calendar is None or locked is None or locked.url != source.url:
            return False  # removed or changed while the feed was fetched
        problem = problem or _store_checked(locked, calendar, found, at=at, skipped=skipped)
        if problem is not None:
            _fail(locked, problem, at)
            return False
        if not save_version(calendar):
            return False
        request_replan(
            desk_id=calendar.desk_id,
            by=str(locked),
            cause=ReplanCause.CALENDAR,
            scope=ReplanScope.OPEN,
            touched=Touched(calendars=frozenset({calendar.pk})),
            at=at,
            subject=calendar.name,
        )
    return True


def _store_checked(
    source: HolidaySource, calendar: Calendar, found: Sequence[Found], *, at: datetime, skipped: int
) -> Problem | None:
    """Store holidays of a locked source, or return why they can't be used; nothing is stored."""
    try:
        with transaction.atomic():
            store_holidays(source, found, at=at, skipped=skipped)
            check_opens(calendar, at)
    except FAILURES as error:
        return error.problem
    return None


def fill_new_sources(calendar: Calendar, *, at: datetime) -> None:
    """Fill new and changed sources in the caller's transaction; feeds follow after its commit.

    The caller saves the calendar's version.
    """
    for source in calendar.holiday_sources.filter(checked_at__isnull=True):
        if source.kind == SourceKind.FEED:
            send_after_commit(REFRESH, desk_id=source.desk_id, source_id=source.pk)
        else:
            fill_source(source, at=at)


def fill_source(source: HolidaySource, *, at: datetime) -> None:
    """Store the holidays of a source that needs no network. A failure is stored with it."""
    try:
        found, skipped = _find(source, at)
    except FAILURES as error:
        _fail(source, error.problem, at)
    else:
        store_holidays(source, found, at=at, skipped=skipped)


def check_opens(calendar: Calendar, at: datetime) -> None:
    """Raise SourceError if a calendar would never open again, as its rows are now."""
    try:
        find_next_opening(load_current_hours(calendar), at)
    except NeverOpensError as error:
        raise SourceError(SourceProblem.NEVER_OPENS) from error


def store_holidays(
    source: HolidaySource, found: Sequence[Found], *, at: datetime, skipped: int = 0
) -> None:
    """Add, rename and remove a source's holidays from today on; all of them the first time.

    A new one is off if the last one of that name is off, or else if it is no public holiday.
    """
    today = get_today(source.calendar, at)
    kept = {holiday.date: holiday for holiday in source.holidays.order_by("date")}
    choices = {holiday.name: holiday.is_active for holiday in kept.values()}
    dates = {one.date for one in found}
    gone = [row.pk for day, row in kept.items() if day >= today and day not in dates]
    Holiday.objects.filter(pk__in=gone).delete()
    for one in found:
        row = kept.get(one.date)
        if row is not None and (row.name, row.category) != (one.name, one.category):
            row.name, row.category = one.name, one.category
            row.save(update_fields=["name", "category"])
    Holiday.objects.bulk_create(
        Holiday(
            desk_id=source.desk_id,
            calendar_id=source.calendar_id,
            source=source,
            date=one.date,
            name=one.name,
            category=one.category,
            is_active=choices.get(one.name, one.category in {"", PUBLIC}),
        )
        for one in found
        if one.date not in kept and (one.date >= today or not kept)
    )
    source.checked_at, source.failing_since, source.skipped = at, None, skipped
    source.known_until = max(dates, default=None)
    source.set_error(None)
    source.save(
        update_fields=[
            "checked_at", "failing_since", "skipped", "known_until", "error", "error_data",
        ]
    )  # fmt: skip


def _find(source: HolidaySource, at: datetime) -> tuple[list[Found], int]:
    """Return what a source names for the years around now, and the events it skipped."""
    today = get_today(source.calendar, at)
    years = range(today.year - YEARS_BACK, today.year + YEARS_AHEAD + 1)
    match source.kind:
        case SourceKind.COUNTRY:
            language = source.desk.language
            return find_holidays(source.country, source.region, years, language=language), 0
        case SourceKind.YEARLY:
            return find_yearly(source.name, source.month or 1, source.day or 1, years), 0
        case SourceKind.WEEKDAY:
            month, weekday, nth = source.month or 1, source.weekday or 0, source.nth or 1
            return find_nth_weekday(source.name, month, weekday, nth, years), 0
    feed = read_feed(fetch_feed(source.url), date(years[0], 1, 1), date(years[-1], 12, 31))
    if not any(one.date >= today for one in feed.found):
        raise SourceError(SourceProblem.NO_HOLIDAYS)
    return feed.found, feed.skipped


def _fail(source: HolidaySource, problem: Problem, at: datetime) -> None:
    source.checked_at = at
    source.failing_since = source.failing_since or at
    source.set_error(problem)
    source.save(update_fields=["checked_at", "failing_since", "error", "error_data"])


def get_today(calendar: Calendar, at: datetime) -> date:
    """Return the date that a calendar's zone has at an instant."""
    return at.astimezone(ZoneInfo(calendar.time_zone)).date()
