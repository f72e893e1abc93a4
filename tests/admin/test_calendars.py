"""The page of a calendar: breaks, exceptions, holidays and their sources, the year, copies."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.tenancy import desk_scope
from sla.admin import calendars
from sla.calendar import working_time_between
from sla.hours import get_working_hours, save_version
from sla.models import Calendar, CalendarException, Holiday, HolidaySource, SourceKind
from sla.working_hours import WorkingHours
from tests.admin.test_targets_and_hours import post_calendar
from tests.cast import NOON, Cast

DAY = timedelta(days=1)
CHRISTMAS = date(2026, 12, 25)
LIST = "/rocket/admin/sla/calendar/"


def add_row(rows: str, **values: Any) -> dict[str, Any]:
    fields = {f"{rows}-0-{name}": value for name, value in values.items()}
    return {f"{rows}-TOTAL_FORMS": 1, "replan_scope": "new"} | fields


def add_country(**values: Any) -> dict[str, Any]:
    return add_row("holiday_sources-2", **({"country": "BR", "region": ""} | values))


def read_hours(cast: Cast) -> WorkingHours:
    with desk_scope(cast.desk):
        cast.calendar.refresh_from_db()
        return get_working_hours(cast.calendar.pk, cast.calendar.version)


def count_open(hours: WorkingHours, day: str) -> float:
    start = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(hours.time_zone))
    end = start.replace(hour=23, minute=59)
    return working_time_between(hours, start, end).total_seconds() / 3600


def test_a_break_of_every_day_shortens_each(rocket: Cast, at_rocket: Client) -> None:
    lunch = add_row("breaks", weekday="", start_minute="12:00", end_minute="13:00")
    assert post_calendar(at_rocket, rocket, **lunch).status_code == 302
    assert count_open(read_hours(rocket), "2026-11-18") == 11


def test_breaks_that_leave_nothing_open_are_refused(rocket: Cast, at_rocket: Client) -> None:
    never = add_row("breaks", weekday="", start_minute="00:00", end_minute="24:00")
    answer = post_calendar(at_rocket, rocket, **never)
    assert "The breaks leave no time open" in answer.content.decode()
    assert read_hours(rocket).breaks == ()


def test_exceptions_that_close_every_date_are_refused(rocket: Cast, at_rocket: Client) -> None:
    today = timezone.localdate()
    years = [
        {
            f"exceptions-{number}-date": today + 365 * number * DAY,
            f"exceptions-{number}-last_date": today + (365 * number + 364) * DAY,
        }
        for number in range(11)
    ]
    never: dict[str, Any] = {"exceptions-TOTAL_FORMS": len(years), "replan_scope": "new"}
    for year in years:
        never |= year
    answer = post_calendar(at_rocket, rocket, **never)
    assert "This calendar would never open" in answer.content.decode()
    assert read_hours(rocket).exceptions == ()


def test_an_exception_replaces_the_hours_of_its_dates(rocket: Cast, at_rocket: Client) -> None:
    shorter = add_row("exceptions", date="2026-11-18", start_minute="09:00", end_minute="12:00")
    assert post_calendar(at_rocket, rocket, **shorter).status_code == 302
    assert count_open(read_hours(rocket), "2026-11-18") == 3
    with desk_scope(rocket.desk):
        CalendarException.objects.all().delete()
    closed = add_row("exceptions", date="2026-12-21", last_date="2026-12-24", name="Company days")
    assert post_calendar(at_rocket, rocket, **closed).status_code == 302
    hours = read_hours(rocket)
    days = [count_open(hours, f"2026-12-{day}") for day in (18, 21, 22, 23, 24, 25)]
    assert days == [12, 0, 0, 0, 0, 12]
    assert hours.name_of(date(2026, 12, 22)) == "Company days"


WRONG = {
    "half a time": ({"start_minute": "09:00"}, "Enter both times"),
    "an end before the start": ({"last_date": "2026-11-01"}, "must not be before"),
    "a span of years": ({"last_date": "2036-11-18"}, "at most a year long"),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_an_impossible_exception_is_refused(
    rocket: Cast, at_rocket: Client, wrong: tuple[dict[str, str], str]
) -> None:
    values, why = wrong
    answer = post_calendar(at_rocket, rocket, **add_row("exceptions", date="2026-11-18", **values))
    assert answer.status_code == 200
    assert why in answer.content.decode()


def test_a_date_can_not_be_closed_and_open(rocket: Cast, at_rocket: Client) -> None:
    closed = add_row("exceptions", date="2026-11-17", last_date="2026-11-19")
    times = {"date": "2026-11-18", "start_minute": "09:00", "end_minute": "12:00"}
    opened = {f"exceptions-1-{name}": value for name, value in times.items()}
    both = closed | opened | {"exceptions-TOTAL_FORMS": 2}
    answer = post_calendar(at_rocket, rocket, **both)
    assert "closed by one exception and open by another" in answer.content.decode()


def test_a_country_s_holidays_are_listed_and_switched_off_one_by_one(
    rocket: Cast, at_rocket: Client
) -> None:
    assert post_calendar(at_rocket, rocket, **add_country()).status_code == 302
    assert read_hours(rocket).is_holiday(CHRISTMAS)
    page = at_rocket.get(f"{LIST}{rocket.calendar.pk}/change/")
    imported = next(
        each.formset
        for each in page.context["inline_admin_formsets"]
        if each.formset.prefix == "holidays-2"
    )
    rows = {form.instance.date: form for form in imported.initial_forms}
    assert "Observance (optional)" in page.content.decode()
    assert not rows[date(2026, 12, 24)]["is_active"].value()
    christmas = rows[CHRISTMAS]["is_active"].html_name
    answer = post_calendar(at_rocket, rocket, **{christmas: False, "replan_scope": "new"})
    assert answer.status_code == 302
    assert not read_hours(rocket).is_holiday(CHRISTMAS)


@pytest.mark.parametrize("region", ["SP", "sp", "São Paulo"])
def test_a_region_is_found_by_code_or_name(rocket: Cast, at_rocket: Client, region: str) -> None:
    assert post_calendar(at_rocket, rocket, **add_country(region=region)).status_code == 302
    with desk_scope(rocket.desk):
        assert HolidaySource.objects.get().region == "SP"
    assert read_hours(rocket).is_holiday(date(2027, 7, 9))


@pytest.mark.parametrize(
    ("country", "why"), [("BR", "It has: Acre (AC)"), ("PT", "It has"), ("JP", "same holidays")]
)
def test_an_unknown_region_is_refused(
    rocket: Cast, at_rocket: Client, country: str, why: str
) -> None:
    answer = post_calendar(at_rocket, rocket, **add_country(country=country, region="Nowhere"))
    assert why in answer.content.decode()


YEARLY = {
    "a date": ({"day": 1}, SourceKind.YEARLY),
    "a weekday": ({"nth": 4, "weekday": 3}, SourceKind.WEEKDAY),
    "neither": ({}, None),
    "both": ({"day": 1, "nth": 4, "weekday": 3}, None),
    "half a weekday": ({"nth": 4}, None),
    "no such day": ({"day": 31}, None),
}


@pytest.mark.parametrize("case", YEARLY.values(), ids=YEARLY)
def test_an_own_holiday_is_a_date_or_a_weekday(
    rocket: Cast, at_rocket: Client, case: tuple[dict[str, int], SourceKind | None]
) -> None:
    values, kind = case
    row = add_row("holiday_sources", name="Founders' day", month=11, **values)
    answer = post_calendar(at_rocket, rocket, **row)
    with desk_scope(rocket.desk):
        kinds = list(HolidaySource.objects.values_list("kind", flat=True))
    assert (answer.status_code, kinds) == ((302, [kind]) if kind else (200, []))


def test_a_feed_is_checked_after_the_save_and_a_file_is_no_feed(
    rocket: Cast, at_rocket: Client
) -> None:
    row = add_row("holiday_sources-3", name="Team", url="file:///etc/passwd")
    assert "Start it with https" in post_calendar(at_rocket, rocket, **row).content.decode()
    row["holiday_sources-3-0-url"] = "webcal://calendars.example/team.ics"
    assert post_calendar(at_rocket, rocket, **row).status_code == 302
    with desk_scope(rocket.desk):
        source = HolidaySource.objects.get()
    assert (source.url, source.checked_at) == ("https://calendars.example/team.ics", None)


def test_removing_a_source_removes_its_holidays(rocket: Cast, at_rocket: Client) -> None:
    post_calendar(at_rocket, rocket, **add_country())
    with desk_scope(rocket.desk):
        assert Holiday.objects.count() > 40
    remove = {"holiday_sources-2-0-DELETE": "on", "replan_scope": "new"}
    assert post_calendar(at_rocket, rocket, **remove).status_code == 302
    with desk_scope(rocket.desk):
        assert not Holiday.objects.exists()
    assert read_hours(rocket).holidays == frozenset()


def test_the_year_says_every_special_day_in_words(rocket: Cast, at_rocket: Client) -> None:
    year = datetime.now(ZoneInfo("America/Sao_Paulo")).year
    with desk_scope(rocket.desk):
        mine = {"desk": rocket.desk, "calendar": rocket.calendar}
        Holiday.objects.create(**mine, date=date(year, 12, 25), name="<b>Christmas</b>")
        CalendarException.objects.create(
            **mine, date=date(year, 12, 26), start_minute=1320, end_minute=360, name="Extra"
        )
    text = at_rocket.get(f"{LIST}{rocket.calendar.pk}/change/").content.decode()
    assert f"Dec 25, {year} · &lt;b&gt;Christmas&lt;/b&gt; · Closed" in text
    assert f"Dec 26, {year} · Extra · 22:00–06:00" in text
    assert text.count("<caption>") == 24


def test_a_copy_has_everything_and_its_own_life(rocket: Cast, at_rocket: Client) -> None:
    with desk_scope(rocket.desk):
        mine = {"desk": rocket.desk, "calendar": rocket.calendar}
        CalendarException.objects.create(**mine, date=CHRISTMAS)
        Holiday.objects.create(**mine, date=date(2026, 12, 31))
    post_calendar(at_rocket, rocket, **add_country())
    with desk_scope(rocket.desk):
        Holiday.objects.filter(name="Carnival").update(is_active=True)
        save_version(rocket.calendar)
    sent = {"action": "duplicate", "_selected_action": [rocket.calendar.pk]}
    for name in ("Copy of 12x5", "Copy of 12x5 2"):
        assert name in at_rocket.post(LIST, sent, follow=True).content.decode()
    hours = read_hours(rocket)
    with desk_scope(rocket.desk):
        copy = Calendar.objects.get(name="Copy of 12x5")
        assert get_working_hours(copy.pk, 1) == hours
        Calendar.objects.filter(name="Copy of 12x5 2").get().delete()
    assert hours == read_hours(rocket)


def test_admins_are_warned_before_holidays_run_out(rocket: Cast, at_rocket: Client) -> None:
    with desk_scope(rocket.desk):
        Holiday.objects.create(
            desk=rocket.desk, calendar=rocket.calendar, date=date(2020, 12, 25), name="Old"
        )
    warning = "holidays are only known until Fri, Dec 25, 2020"
    for page in ("/rocket/admin/", LIST, f"{LIST}{rocket.calendar.pk}/change/"):
        assert warning in at_rocket.get(page).content.decode()
    post_calendar(at_rocket, rocket, **add_country())
    assert warning not in at_rocket.get("/rocket/admin/").content.decode()


def test_admins_see_a_feed_that_fails(rocket: Cast, at_rocket: Client) -> None:
    with desk_scope(rocket.desk):
        HolidaySource.objects.create(
            desk=rocket.desk,
            calendar=rocket.calendar,
            kind=SourceKind.FEED,
            name="Team",
            url="https://calendars.example/",
            checked_at=NOON,
            failing_since=NOON,
            error="bad_status",
            error_data={"status": 404},
        )
    assert (
        "Team can&#x27;t be refreshed: The feed&#x27;s server responded with the status 404."
        in at_rocket.get("/rocket/admin/").content.decode()
    )


def test_the_page_takes_few_statements_however_many_rows_and_versions_it_has(
    rocket: Cast, at_rocket: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each picture is drawn once, although the page asks for it several times."""
    drawn: list[str] = []
    for name in ("draw_week", "draw_years"):
        draw = getattr(calendars, name)

        def note(*args: Any, name: str = name, draw: Any = draw) -> Any:
            drawn.append(name)
            return draw(*args)

        monkeypatch.setattr(calendars, name, note)
    page = f"{LIST}{rocket.calendar.pk}/change/"
    at_rocket.get(page)
    counts = []
    for more in (3, 12):
        with desk_scope(rocket.desk):
            fill_calendar(rocket, more)
        drawn.clear()
        with CaptureQueriesContext(connection) as queries:
            shown = at_rocket.get(page).content.decode()
        counts.append(len(queries))
        assert sorted(drawn) == ["draw_week", "draw_years"]
    assert "Closed day 11" in shown
    assert counts[0] == counts[1] <= 60


def fill_calendar(cast: Cast, count: int) -> None:
    """Add holidays of one source each time, and as many versions of the hours."""
    calendar = cast.calendar
    source, _made = HolidaySource.objects.get_or_create(
        desk=cast.desk, calendar=calendar, kind=SourceKind.YEARLY, month=5, day=7, name="Founding"
    )
    tomorrow = timezone.localdate() + DAY
    for number in range(count):
        Holiday.objects.get_or_create(
            desk=cast.desk, calendar=calendar, source=source, date=tomorrow + number * DAY,
            name=f"Closed day {number}",
        )  # fmt: skip
        calendar.windows.update(end_minute=1080 + number)
        save_version(calendar)
