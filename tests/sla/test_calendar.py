"""Working time as a table of cases, calculated by hand in wall times of the calendar's zone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sla.calendar import (
    NeverOpensError,
    Segment,
    Window,
    WorkingHours,
    add_working_time,
    list_segments,
    working_time_between,
)

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
SAO_PAULO, BERLIN, NEW_YORK = "America/Sao_Paulo", "Europe/Berlin", "America/New_York"
LORD_HOWE = "Australia/Lord_Howe"


def wall(zone: str, text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def is_open(hours: WorkingHours, at: datetime) -> bool:
    return list_segments(hours, at, at + timedelta.resolution) != []


def on(zone: str, *windows: tuple[int, int, int], holidays: tuple[str, ...] = ()) -> WorkingHours:
    days = frozenset(date.fromisoformat(day) for day in holidays)
    return WorkingHours(zone, tuple(Window(*window) for window in windows), days)


TWELVE_BY_FIVE = on(
    SAO_PAULO, *((day, 480, 1200) for day in range(MON, SAT)), holidays=("2026-11-20", "2026-12-25")
)
SPLIT_DAY = on("UTC", (MON, 540, 720), (MON, 780, 1020), (TUE, 540, 720))
NIGHT = on(BERLIN, *((day, 1320, 360) for day in range(7)))
NIGHT_AND_HOLIDAY = on(BERLIN, *((day, 1320, 360) for day in range(7)), holidays=("2026-12-25",))

# calendar, start, hours added, deadline (wall times of the calendar's zone)
DEADLINES = {
    "inside one day": (TWELVE_BY_FIVE, "2026-11-18T09:15", 8, "2026-11-18T17:15"),
    "before opening counts from opening": (
        TWELVE_BY_FIVE,
        "2026-11-18T03:00",
        1,
        "2026-11-18T09:00",
    ),
    "after closing counts from the next day": (
        TWELVE_BY_FIVE,
        "2026-11-18T21:00",
        1,
        "2026-11-19T09:00",
    ),
    "carried over the night": (TWELVE_BY_FIVE, "2026-11-18T18:30", 4, "2026-11-19T10:30"),
    "used up at closing ends at closing": (
        TWELVE_BY_FIVE,
        "2026-11-18T18:00",
        2,
        "2026-11-18T20:00",
    ),
    "over a holiday and a week-end": (TWELVE_BY_FIVE, "2026-11-19T19:00", 4, "2026-11-23T11:00"),
    "800 hours": (TWELVE_BY_FIVE, "2026-01-05T08:00", 800, "2026-04-07T16:00"),
    "nothing to add while closed": (TWELVE_BY_FIVE, "2026-11-21T12:34", 0, "2026-11-21T12:34"),
    "over the lunch break": (SPLIT_DAY, "2026-11-16T11:00", 2, "2026-11-16T14:00"),
    "to the next week": (SPLIT_DAY, "2026-11-17T11:00", 2, "2026-11-23T10:00"),
    "overnight, started before midnight": (NIGHT, "2026-11-18T23:00", 3, "2026-11-19T02:00"),
    "overnight, started after midnight": (NIGHT, "2026-11-19T05:00", 3, "2026-11-20T00:00"),
    "holiday: the night before it runs on": (
        NIGHT_AND_HOLIDAY,
        "2026-12-24T23:00",
        7,
        "2026-12-25T06:00",
    ),
    "holiday: its own night is missing": (
        NIGHT_AND_HOLIDAY,
        "2026-12-25T05:00",
        2,
        "2026-12-26T23:00",
    ),
    "spring: a night has seven hours": (NIGHT, "2026-03-28T22:00", 8, "2026-03-29T23:00"),
    "autumn: a night has nine hours": (NIGHT, "2026-10-24T22:00", 8, "2026-10-25T05:00"),
    "24x7 in spring": (WorkingHours.always(BERLIN), "2026-03-28T12:00", 24, "2026-03-29T13:00"),
    "24x7 in autumn": (WorkingHours.always(BERLIN), "2026-10-24T12:00", 24, "2026-10-25T11:00"),
    "24x7 for years": (
        WorkingHours.always("UTC"),
        "2026-01-01T00:00",
        24 * 1461,
        "2030-01-01T00:00",
    ),
}

# calendar, from, to (UTC), open segments as (from, to)
SUNDAY = {zone: on(zone, (SUN, 0, 1440)) for zone in (BERLIN, SAO_PAULO, NEW_YORK, LORD_HOWE)}
EARLY = on(BERLIN, (SUN, 60, 150))
LATE = on(BERLIN, (SUN, 150, 240))
OPENINGS = {
    "Sunday of 23 hours": (
        SUNDAY[BERLIN],
        "2026-03-29",
        [("2026-03-28T23:00", "2026-03-29T22:00")],
    ),
    "Sunday of 25 hours": (
        SUNDAY[NEW_YORK],
        "2026-11-01",
        [("2026-11-01T04:00", "2026-11-02T05:00")],
    ),
    "gap at midnight": (
        SUNDAY[SAO_PAULO],
        "2018-11-04",
        [("2018-11-04T03:00", "2018-11-05T02:00")],
    ),
    "fold back over midnight": (
        SUNDAY[SAO_PAULO],
        "2018-02-18",
        [("2018-02-18T03:00", "2018-02-19T03:00")],
    ),
    "half an hour less": (
        SUNDAY[LORD_HOWE],
        "2026-10-04",
        [("2026-10-03T13:30", "2026-10-04T13:00")],
    ),
    "half an hour more": (
        SUNDAY[LORD_HOWE],
        "2026-04-05",
        [("2026-04-04T13:00", "2026-04-05T13:30")],
    ),
    "ends in the gap: at the jump": (
        EARLY,
        "2026-03-29",
        [("2026-03-29T00:00", "2026-03-29T01:00")],
    ),
    "begins in the gap: at the jump": (
        LATE,
        "2026-03-29",
        [("2026-03-29T01:00", "2026-03-29T02:00")],
    ),
    "ends in the fold: both passes": (
        EARLY,
        "2026-10-25",
        [("2026-10-24T23:00", "2026-10-25T00:30"), ("2026-10-25T01:00", "2026-10-25T01:30")],
    ),
    "begins in the fold: both passes": (
        LATE,
        "2026-10-25",
        [("2026-10-25T00:30", "2026-10-25T01:00"), ("2026-10-25T01:30", "2026-10-25T03:00")],
    ),
    "overlapping and touching windows are one": (
        on("UTC", (SUN, 600, 720), (SUN, 540, 660), (SUN, 720, 780), (SUN, 630, 640)),
        "2026-11-22",
        [("2026-11-22T09:00", "2026-11-22T13:00")],
    ),
    "both spellings of overnight": (
        on("UTC", (SAT, 1320, 1800), (SAT, 1320, 360), (SUN, 1380, 60)),
        "2026-11-22",
        [("2026-11-21T22:00", "2026-11-22T06:00"), ("2026-11-22T23:00", "2026-11-23T01:00")],
    ),
    "equal minutes are 24 hours": (
        on("UTC", (SUN, 540, 540)),
        "2026-11-22",
        [("2026-11-22T09:00", "2026-11-23T09:00")],
    ),
    "until the second midnight": (
        on("UTC", (SUN, 540, 2880)),
        "2026-11-22",
        [("2026-11-22T09:00", "2026-11-24T00:00")],
    ),
    "a zone of 45 minutes": (
        on("Asia/Kathmandu", (SUN, 0, 60)),
        "2026-11-22",
        [("2026-11-21T18:15", "2026-11-21T19:15")],
    ),
    "a date that the zone skipped": (on("Pacific/Apia", (FRI, 0, 1440)), "2011-12-30", []),
}


@pytest.mark.parametrize("case", DEADLINES.values(), ids=DEADLINES.keys())
def test_a_deadline_falls_on_the_hand_computed_wall_time(
    case: tuple[WorkingHours, str, int, str],
) -> None:
    hours, start, amount, expected = case
    begin, deadline = wall(hours.time_zone, start), wall(hours.time_zone, expected)
    assert add_working_time(hours, begin, timedelta(hours=amount)) == deadline
    assert working_time_between(hours, begin, deadline) == timedelta(hours=amount)


@pytest.mark.parametrize("case", OPENINGS.values(), ids=OPENINGS.keys())
def test_a_day_opens_in_the_hand_computed_segments(
    case: tuple[WorkingHours, str, list[tuple[str, str]]],
) -> None:
    hours, day, expected = case
    noon = utc(day + "T12:00")
    found = list_segments(hours, noon - timedelta(hours=48), noon + timedelta(hours=48))
    assert found == [Segment(utc(start), utc(end)) for start, end in expected]


def test_fold_distinguishes_the_two_passes_of_a_repeated_hour() -> None:
    hours = WorkingHours.always(BERLIN)
    first, second = wall(BERLIN, "2026-10-25T02:30"), wall(BERLIN, "2026-10-25T02:30", fold=1)
    assert working_time_between(hours, first, second) == timedelta(hours=1)


def test_results_are_in_utc_and_keep_microseconds() -> None:
    start = wall(SAO_PAULO, "2026-11-18T19:59:59.999999")
    deadline = add_working_time(TWELVE_BY_FIVE, start, timedelta(microseconds=2))
    assert deadline == wall(SAO_PAULO, "2026-11-19T08:00:00.000001")
    assert deadline.tzinfo is UTC


def test_working_time_backwards_is_negative() -> None:
    start, end = utc("2026-11-16T09:00"), utc("2026-11-16T11:00")
    assert working_time_between(SPLIT_DAY, end, start) == timedelta(hours=-2)


def test_open_from_the_first_instant_until_just_before_the_last() -> None:
    opening, closing = utc("2026-11-16T09:00"), utc("2026-11-16T12:00")
    instant = timedelta.resolution
    seen = [
        is_open(SPLIT_DAY, at) for at in (opening - instant, opening, closing - instant, closing)
    ]
    assert seen == [False, True, True, False]


def test_no_time_at_all_has_no_segments() -> None:
    for at in ("08:59", "09:00", "10:30", "12:00"):  # before, at, after the opening; the closing
        now = utc(f"2026-11-16T{at}")
        assert list_segments(SPLIT_DAY, now, now) == []


def test_segments_are_cut_to_the_span_that_is_asked_for() -> None:
    start, end = utc("2026-11-16T11:59:59.999999"), utc("2026-11-16T13:00:00.000001")
    lunch = utc("2026-11-16T12:00"), utc("2026-11-16T13:00")
    assert list_segments(SPLIT_DAY, start, end) == [(start, lunch[0]), (lunch[1], end)]
    assert list_segments(SPLIT_DAY, *lunch) == []


def test_time_used_up_at_closing_ends_there_and_not_at_the_next_opening() -> None:
    opening, closing = utc("2026-11-16T09:00"), utc("2026-11-16T12:00")
    assert add_working_time(SPLIT_DAY, opening, closing - opening) == closing
    later = add_working_time(SPLIT_DAY, opening, closing - opening + timedelta.resolution)
    assert later == utc("2026-11-16T13:00:00.000001")


def test_a_calendar_without_windows_never_opens() -> None:
    hours, start, end = on("UTC"), utc("2026-11-16T09:00"), utc("2026-12-16T09:00")
    for amount in (timedelta(hours=1), timedelta()):
        with pytest.raises(NeverOpensError):
            add_working_time(hours, start, amount)
    assert working_time_between(hours, start, end) == timedelta()
    assert list_segments(hours, start, end) == []


def test_windows_that_are_all_holidays_for_years_raise_an_error() -> None:
    start = utc("2026-11-16T09:00")
    days = frozenset(start.date() + timedelta(days=number) for number in range(12 * 366))
    hours = WorkingHours("UTC", (Window(MON, 540, 720),), days)
    with pytest.raises(NeverOpensError):
        add_working_time(hours, start, timedelta(minutes=1))


def test_the_limit_of_ten_years_does_not_depend_on_earlier_calls() -> None:
    hours = on("UTC", (MON, 540, 600))
    start, six_hundred = utc("2026-11-16T09:00"), timedelta(hours=600)
    assert working_time_between(hours, start, utc("2046-11-16T09:00")) > six_hundred
    with pytest.raises(NeverOpensError):
        add_working_time(hours, start, six_hundred)


def test_an_opening_beyond_ten_years_is_never_even_if_the_table_reaches_it() -> None:
    start = utc("2026-11-16T09:00")
    days = frozenset(start.date() + timedelta(days=number) for number in range(11 * 366))
    hours = WorkingHours("UTC", (Window(MON, 540, 720),), days)
    assert working_time_between(hours, start, utc("2040-01-01T00:00")) > timedelta()
    with pytest.raises(NeverOpensError):
        add_working_time(hours, start, timedelta.resolution)


def test_around_the_clock_is_open_at_the_turn_of_every_year() -> None:
    hours = WorkingHours.always("Etc/GMT+7")
    assert is_open(hours, utc("2026-06-01T00:00"))
    assert [
        year for year in range(2025, 2032) if not is_open(hours, utc(f"{year}-01-01T00:00"))
    ] == []


def test_results_stay_the_same_when_the_table_grows_both_ways() -> None:
    hours = on(NEW_YORK, *((day, 1000, 200) for day in range(7)), holidays=("2026-07-04",))
    start, amount = utc("2026-07-01T00:00"), timedelta(hours=100, microseconds=1)
    before = add_working_time(hours, start, amount)
    add_working_time(hours, utc("1996-02-28T00:00"), amount)
    add_working_time(hours, utc("2033-02-28T00:00"), amount)
    assert add_working_time(hours, start, amount) == before
    assert working_time_between(hours, start, before) == amount


def test_windows_across_the_turn_of_the_year_are_not_cut() -> None:
    start, end = wall(BERLIN, "2025-12-31T22:00"), wall(BERLIN, "2026-01-01T06:00")
    assert list_segments(NIGHT, start, end) == [Segment(start.astimezone(UTC), end.astimezone(UTC))]


@pytest.mark.parametrize(
    "window", [(7, 0, 60), (-1, 0, 60), (0, 1440, 60), (0, -1, 60), (0, 0, 0), (0, 0, 2881)]
)
def test_a_window_out_of_range_is_refused(window: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="weekday is 0"):
        on("UTC", window)


@pytest.mark.parametrize("name", ["Mars/Olympus", "America", "", "../UTC"])
def test_an_unknown_time_zone_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="unknown time zone"):
        on(name)


def test_a_holiday_with_a_time_is_refused() -> None:
    with pytest.raises(ValueError, match="without a time"):
        WorkingHours("UTC", (), frozenset({utc("2026-12-25T00:00")}))


def test_naive_negative_reversed_and_distant_arguments_are_refused() -> None:
    now, hour = utc("2026-11-16T09:00"), timedelta(hours=1)
    with pytest.raises(ValueError, match="aware"):
        add_working_time(SPLIT_DAY, now.replace(tzinfo=None), hour)
    with pytest.raises(ValueError, match="negative"):
        add_working_time(SPLIT_DAY, now, -hour)
    with pytest.raises(ValueError, match="must not be before"):
        list_segments(SPLIT_DAY, now, now - hour)
    for far in ("1969-12-31T23:59", "2100-01-01T00:00"):
        with pytest.raises(ValueError, match="1970 to 2099"):
            working_time_between(SPLIT_DAY, utc(far), utc(far))
