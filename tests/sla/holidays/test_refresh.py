"""Sources of holidays: stored, switched off, refreshed daily, and kept when they fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from django.db import transaction
from django.db.models import Model
from pytest_django.fixtures import Settings

from accounts.models import Desk
from accounts.tenancy import desk_scope
from sla.business_days import MINUTE
from sla.calendar import working_time_between
from sla.holidays import refresh
from sla.holidays.failures import SourceError, SourceProblem
from sla.holidays.refresh import (
    EVERY,
    fill_source,
    list_sources_to_refresh,
    refresh_source,
)
from sla.hours import get_working_hours, save_version
from sla.models import (
    Calendar,
    CalendarVersion,
    CalendarWindow,
    Holiday,
    HolidaySource,
    Replan,
    SourceKind,
)
from sla.tasks import refresh_holidays
from tests.cast import NOON, Cast
from tests.sla.holidays.feed_server import FeedServer, serve_feeds
from tests.sla.holidays.test_feed import day, write_feed

CHRISTMAS = date(2026, 12, 25)


@pytest.fixture
def feeds() -> Iterator[FeedServer]:
    with serve_feeds() as feeds:
        feeds.body = write_feed(day(1, "20261225", "RRULE:FREQ=YEARLY"))
        yield feeds


def add_source(cast: Cast, kind: SourceKind, **values: object) -> HolidaySource:
    return HolidaySource.objects.create(desk=cast.desk, calendar=cast.calendar, kind=kind, **values)


def add_feed(cast: Cast, feeds: FeedServer, path: str = "holidays.ics") -> HolidaySource:
    return add_source(cast, SourceKind.FEED, url=f"http://127.0.0.1:{feeds.port}/{path}")


def list_dates(source: HolidaySource) -> list[date]:
    return list(source.holidays.values_list("date", flat=True))


def test_a_country_closes_its_public_holidays_and_no_observances(in_rocket: Cast) -> None:
    source = add_source(in_rocket, SourceKind.COUNTRY, country="BR", region="SP")
    assert refresh_source(source_id=source.pk, at=NOON)
    active = set(source.holidays.filter(is_active=True).values_list("name", flat=True))
    off = set(source.holidays.filter(is_active=False).values_list("name", flat=True))
    assert "Tiradentes' Day" in active
    assert "Carnival" in off
    assert not active & off
    source.refresh_from_db()
    assert source.known_until == date(2028, 12, 31)
    in_rocket.calendar.refresh_from_db()
    assert in_rocket.calendar.version == 2


def test_own_holidays_come_every_year(in_rocket: Cast) -> None:
    yearly = add_source(in_rocket, SourceKind.YEARLY, name="Founders' day", month=7, day=1)
    fourth = add_source(in_rocket, SourceKind.WEEKDAY, name="Off", month=11, weekday=3, nth=4)
    for source in (yearly, fourth):
        fill_source(source, at=NOON)
    assert list_dates(yearly) == [date(year, 7, 1) for year in range(2025, 2029)]
    assert date(2026, 11, 26) in list_dates(fourth)


def test_the_same_date_of_two_sources_is_closed_until_both_are_off(in_rocket: Cast) -> None:
    country = add_source(in_rocket, SourceKind.COUNTRY, country="BR")
    yearly = add_source(in_rocket, SourceKind.YEARLY, name="Xmas", month=12, day=25)
    for source in (country, yearly):
        refresh_source(source_id=source.pk, at=NOON)
    rows = Holiday.objects.filter(calendar=in_rocket.calendar, date=CHRISTMAS)
    assert rows.count() == 2
    for row, is_closed in zip(rows, (True, False), strict=True):
        row.is_active = False
        row.save()
        save_version(in_rocket.calendar)
        hours = get_working_hours(in_rocket.calendar.pk, in_rocket.calendar.version)
        assert hours.is_holiday(CHRISTMAS) is is_closed


def test_what_an_admin_switched_stays_also_in_later_years(in_rocket: Cast) -> None:
    source = add_source(in_rocket, SourceKind.COUNTRY, country="BR")
    refresh_source(source_id=source.pk, at=NOON)
    source.holidays.filter(name="Tiradentes' Day").update(is_active=False)
    source.holidays.filter(name="Carnival").update(is_active=True)
    refresh_source(source_id=source.pk, at=NOON + timedelta(days=365))
    later = source.holidays.filter(date__year=2029)
    assert later.count() > 10
    assert not later.filter(name="Tiradentes' Day", is_active=True).exists()
    assert not later.filter(name="Carnival", is_active=False).exists()


def test_a_feed_that_moves_a_holiday_moves_it_here_and_leaves_the_past(
    in_rocket: Cast, feeds: FeedServer
) -> None:
    feeds.body = write_feed(day(1, "20261225"), day(2, "20260101"))
    source = add_feed(in_rocket, feeds)
    refresh_source(source_id=source.pk, at=NOON)
    assert list_dates(source) == [date(2026, 1, 1), CHRISTMAS]
    feeds.body = write_feed(day(1, "20261224"), day(3, "20260202"))
    refresh_source(source_id=source.pk, at=NOON)
    assert list_dates(source) == [date(2026, 1, 1), date(2026, 12, 24)]


FAILURES = {
    "an error": ({"status": 500}, "status 500"),
    "another page": ({"body": b"<html></html>"}, "not an iCalendar feed"),
    "an empty calendar": ({"body": write_feed()}, "no all-day events"),
    "a redirect in a circle": ({"moved": {"/a.ics": "/a.ics"}}, "redirects too often"),
    "a redirect to nowhere": ({"moved": {"/a.ics": "http://[x/"}}, "did not respond"),
    "a redirect to a file": ({"moved": {"/a.ics": "file:///etc/passwd"}}, "isn't a URL"),
}


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
def test_a_feed_that_fails_keeps_its_holidays_and_says_why(
    in_rocket: Cast, feeds: FeedServer, failure: tuple[dict[str, object], str]
) -> None:
    source = add_feed(in_rocket, feeds, "a.ics")
    refresh_source(source_id=source.pk, at=NOON)
    before = list_dates(source)
    changed, why = failure
    vars(feeds).update(changed)
    later = NOON + timedelta(days=1)
    assert not refresh_source(source_id=source.pk, at=later)
    assert not refresh_source(source_id=source.pk, at=later + timedelta(days=1))
    source.refresh_from_db()
    assert why in source.failure
    assert (source.failing_since, list_dates(source)) == (later, before)
    assert len(before) == 3


def test_a_feed_that_works_again_is_no_longer_failing(in_rocket: Cast, feeds: FeedServer) -> None:
    source = add_feed(in_rocket, feeds)
    feeds.status = 404
    refresh_source(source_id=source.pk, at=NOON)
    feeds.status = 200
    refresh_source(source_id=source.pk, at=NOON)
    source.refresh_from_db()
    assert (source.failing_since, source.failure) == (None, "")


def test_a_redirect_is_followed_and_webcal_is_https(in_rocket: Cast, feeds: FeedServer) -> None:
    feeds.moved = {"/old.ics": "/holidays.ics"}
    refresh_source(source_id=add_feed(in_rocket, feeds, "old.ics").pk, at=NOON)
    assert feeds.asked == ["/old.ics", "/holidays.ics"]
    webcal = add_source(in_rocket, SourceKind.FEED, url=f"webcal://127.0.0.1:{feeds.port}/x")
    refresh_source(source_id=webcal.pk, at=NOON)
    webcal.refresh_from_db()
    assert "SSLError" in webcal.failure


def test_in_production_a_private_address_is_never_asked(
    in_rocket: Cast, feeds: FeedServer, settings: Settings
) -> None:
    settings.MODE = "production"
    source = add_feed(in_rocket, feeds)
    refresh_source(source_id=source.pk, at=NOON)
    source.refresh_from_db()
    assert "Only https" in source.failure
    assert feeds.asked == []


def test_a_feed_that_closes_every_open_day_is_refused(in_rocket: Cast, feeds: FeedServer) -> None:
    """A calendar that opened only on one date would never open again."""
    CalendarWindow.objects.filter(calendar=in_rocket.calendar).delete()
    in_rocket.calendar.exceptions.create(
        desk=in_rocket.desk, date=CHRISTMAS, start_minute=540, end_minute=600
    )
    source = add_feed(in_rocket, feeds)
    assert refresh_source(source_id=source.pk, at=NOON)  # an exception beats a holiday
    assert not refresh_source(source_id=source.pk, at=NOON + timedelta(days=60))
    source.refresh_from_db()
    assert "never open" in source.failure


def test_a_refresh_that_changes_nothing_makes_no_version(
    in_rocket: Cast, feeds: FeedServer
) -> None:
    source = add_feed(in_rocket, feeds)
    assert refresh_source(source_id=source.pk, at=NOON)
    assert not refresh_source(source_id=source.pk, at=NOON + EVERY)
    assert CalendarVersion.objects.filter(calendar=in_rocket.calendar).count() == 2


def test_open_tickets_follow_a_refreshed_calendar(in_rocket: Cast, feeds: FeedServer) -> None:
    source = add_feed(in_rocket, feeds)
    refresh_source(source_id=source.pk, at=NOON)
    replan = Replan.objects.get()
    assert (replan.cause, replan.scope, replan.done_at) == ("calendar", "open", None)
    assert replan.touched["calendars"] == [in_rocket.calendar.pk]


def fail_meanwhile(change: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the next fetch of a feed fail, and make a change before it does."""

    def fetch(url: str) -> bytes:
        change()
        raise SourceError(SourceProblem.BAD_STATUS, {"status": 500})

    monkeypatch.setattr(refresh, "fetch_feed", fetch)


@pytest.mark.parametrize(
    ("removed", "lookup"), [(HolidaySource, "pk"), (Calendar, "holiday_sources")]
)
def test_a_source_that_is_removed_while_its_feed_fails_leaves_nothing_to_do(
    in_rocket: Cast,
    feeds: FeedServer,
    monkeypatch: pytest.MonkeyPatch,
    removed: type[Model],
    lookup: str,
) -> None:
    source = add_feed(in_rocket, feeds)
    source.calendar = Calendar.objects.create(desk=in_rocket.desk, name="Nights", time_zone="UTC")
    source.save()
    fail_meanwhile(removed._default_manager.filter(**{lookup: source.pk}).delete, monkeypatch)
    assert refresh_source(source_id=source.pk, at=NOON) is False


def test_a_failure_of_an_earlier_url_says_nothing_about_the_new_one(
    in_rocket: Cast, feeds: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = add_feed(in_rocket, feeds)
    rows = HolidaySource.objects.filter(pk=source.pk)
    fail_meanwhile(lambda: rows.update(url="https://example.org/new.ics"), monkeypatch)
    assert refresh_source(source_id=source.pk, at=NOON) is False
    source.refresh_from_db()
    assert (source.error, source.checked_at) == ("", None)


def test_each_source_is_due_once_a_day(in_rocket: Cast) -> None:
    source = add_source(in_rocket, SourceKind.COUNTRY, country="BR")
    assert list(list_sources_to_refresh(NOON)) == [source]
    refresh_source(source_id=source.pk, at=NOON)
    assert not list_sources_to_refresh(NOON + EVERY - MINUTE).exists()
    assert list_sources_to_refresh(NOON + EVERY).exists()


def test_the_sweep_refreshes_the_sources_of_all_desks(rocket: Cast, matter: Cast) -> None:
    for cast in (rocket, matter):
        with desk_scope(cast.desk):
            add_source(cast, SourceKind.YEARLY, name="Off", month=2, day=1)
    assert refresh_holidays() == 2


def test_another_desk_sees_no_source(rocket: Cast, matter: Cast) -> None:
    with desk_scope(rocket.desk):
        source = add_source(rocket, SourceKind.YEARLY, name="Off", month=2, day=1)
    with desk_scope(Desk.objects.get(pk=matter.desk.pk)):
        assert not refresh_source(source_id=source.pk, at=NOON)
        assert not HolidaySource.objects.exists()


def test_versions_keep_what_a_deadline_was_calculated_with(in_rocket: Cast) -> None:
    calendar, week = in_rocket.calendar, timedelta(days=7)
    before = working_time_between(get_working_hours(calendar.pk, 1), NOON, NOON + week)
    calendar.breaks.create(desk=in_rocket.desk, start_minute=720, end_minute=780)
    calendar.exceptions.create(desk=in_rocket.desk, date=NOON.date() + timedelta(days=1), name="-")
    assert save_version(calendar)
    assert not save_version(calendar)
    after = working_time_between(get_working_hours(calendar.pk, 2), NOON, NOON + week)
    # A day of twelve hours less, and an hour on each of the four others that noon is in.
    assert before - after == timedelta(hours=12 + 4)
    assert working_time_between(get_working_hours(calendar.pk, 1), NOON, NOON + week) == before


def test_a_version_that_is_rolled_back_leaves_nothing_behind(in_rocket: Cast) -> None:
    calendar = in_rocket.calendar
    with transaction.atomic():
        calendar.breaks.create(desk=in_rocket.desk, start_minute=0, end_minute=1440)
        save_version(calendar)
        assert get_working_hours(calendar.pk, 2).breaks
        transaction.set_rollback(True)
    calendar.exceptions.create(desk=in_rocket.desk, date=CHRISTMAS)
    save_version(calendar)
    hours = get_working_hours(calendar.pk, 2)
    assert (hours.breaks, hours.is_exception(CHRISTMAS)) == ((), True)


def test_a_version_that_never_existed_is_not_found(in_rocket: Cast) -> None:
    with pytest.raises(CalendarVersion.DoesNotExist, match="no version 7"):
        get_working_hours(in_rocket.calendar.pk, 7)


def test_versions_go_with_their_calendar(in_rocket: Cast) -> None:
    in_rocket.plan.targets.all().delete()
    in_rocket.calendar.delete()
    assert not CalendarVersion.objects.exists()
