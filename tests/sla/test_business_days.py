"""Deadlines in business days as a table of cases, in wall times of the calendar's zone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sla.business_days import find_business_day_deadline, find_next_opening, is_business_day
from sla.calendar import add_working_time, working_time_between
from sla.working_hours import DayException, Window, WorkingHours

SAO_PAULO, BERLIN = "America/Sao_Paulo", "Europe/Berlin"
WEEK = tuple(Window(day, 480, 1200) for day in range(5))
OFFICE = WorkingHours(SAO_PAULO, WEEK, frozenset({date(2026, 11, 20)}))
SPECIAL = WorkingHours(
    SAO_PAULO,
    WEEK,
    frozenset({date(2026, 11, 20)}),
    (
        DayException(date(2026, 11, 19), ((480, 840),)),  # a shorter Thursday
        DayException(date(2026, 11, 21), ((540, 720),)),  # an extra Saturday
        DayException(date(2026, 11, 23)),  # a closed Monday
    ),
)
NIGHTS = WorkingHours(BERLIN, tuple(Window(day, 1320, 360) for day in range(5)))
AROUND = WorkingHours.always(BERLIN)
EARLY = WorkingHours(BERLIN, tuple(Window(day, 60, 1200) for day in range(7)))

SIX_PM, MIDNIGHT = 1080, 1440
# calendar, start, days, by minute, deadline (2026-11-18 is a Wednesday)
CASES = {
    "received in business hours": (OFFICE, "2026-11-17T10:00", 1, SIX_PM, "2026-11-18T18:00"),
    "before opening is received that day": (
        OFFICE,
        "2026-11-17T03:00",
        1,
        SIX_PM,
        "2026-11-18T18:00",
    ),
    "after closing is received the next day": (
        OFFICE,
        "2026-11-17T21:00",
        1,
        SIX_PM,
        "2026-11-19T18:00",
    ),
    "on Saturday is received on Monday": (
        OFFICE,
        "2026-11-14T12:00",
        1,
        SIX_PM,
        "2026-11-17T18:00",
    ),
    "two days over a holiday and a weekend": (
        OFFICE,
        "2026-11-18T10:00",
        2,
        SIX_PM,
        "2026-11-23T18:00",
    ),
    "a shorter day ends at its closing": (
        SPECIAL,
        "2026-11-18T10:00",
        1,
        SIX_PM,
        "2026-11-19T14:00",
    ),
    "an extra day counts": (SPECIAL, "2026-11-18T10:00", 2, 660, "2026-11-21T11:00"),
    "a closed day does not": (SPECIAL, "2026-11-18T10:00", 3, SIX_PM, "2026-11-24T18:00"),
    "a night shift belongs to its evening": (
        NIGHTS,
        "2026-11-19T02:00",
        1,
        MIDNIGHT,
        "2026-11-20T00:00",
    ),
    "the end of a night shift is no business day": (
        NIGHTS,
        "2026-11-20T23:00",
        1,
        1380,
        "2026-11-23T23:00",
    ),
    "a time before opening is the closing before": (
        OFFICE,
        "2026-11-17T10:00",
        1,
        420,
        "2026-11-17T20:00",
    ),
    "24x7 counts every day": (AROUND, "2026-11-14T12:00", 1, MIDNIGHT, "2026-11-16T00:00"),
    "a skipped time is the jump": (EARLY, "2026-03-28T12:00", 1, 150, "2026-03-29T03:00"),
    "of a time shown twice the first": (EARLY, "2026-10-24T12:00", 1, 150, "2026-10-25T02:30"),
}


def wall(hours: WorkingHours, text: str) -> datetime:
    local = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(hours.time_zone))
    return local.astimezone(UTC)  # a time shown twice never equals one of another zone (PEP 495)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_deadlines(case: tuple[WorkingHours, str, int, int, str]) -> None:
    hours, start, days, by_minute, expected = case
    due = find_business_day_deadline(hours, wall(hours, start), days, by_minute)
    # In UTC: Python never holds a time that a zone shows twice equal to one of another zone.
    assert due == wall(hours, expected).astimezone(UTC)
    assert due.tzinfo is UTC


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_working_time_until_the_deadline_leads_back_to_it(
    case: tuple[WorkingHours, str, int, int, str],
) -> None:
    hours, text, days, by_minute, _ = case
    start = wall(hours, text)
    due = find_business_day_deadline(hours, start, days, by_minute)
    assert add_working_time(hours, start, working_time_between(hours, start, due)) == due > start


def test_an_earlier_message_is_never_due_later() -> None:
    start, latest = datetime(2026, 11, 14, tzinfo=UTC), datetime(2026, 11, 14, tzinfo=UTC)
    for hour in range(240):
        due = find_business_day_deadline(SPECIAL, start + timedelta(hours=hour), 1, SIX_PM)
        assert due >= latest
        latest = due


def test_a_day_covered_by_breaks_is_not_a_business_day() -> None:
    hours = WorkingHours("UTC", WEEK, breaks=(Window(2, 0, 1440), Window(3, 480, 600)))
    days = [date(2026, 11, 16) + timedelta(days=number) for number in range(7)]
    assert [is_business_day(hours, day) for day in days] == [1, 1, 0, 1, 1, 0, 0]
    assert find_next_opening(hours, datetime(2026, 11, 18, 12, tzinfo=UTC)) == datetime(
        2026, 11, 19, 10, tzinfo=UTC
    )


@pytest.mark.parametrize(("days", "by_minute"), [(0, 60), (367, 60), (1, 0), (1, 1441)])
def test_days_and_times_out_of_range_are_refused(days: int, by_minute: int) -> None:
    with pytest.raises(ValueError, match="expected"):
        find_business_day_deadline(OFFICE, datetime(2026, 11, 18, tzinfo=UTC), days, by_minute)
