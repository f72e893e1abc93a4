"""Working time against an oracle without tables: it reads the wall clock minute by minute."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sla.calendar import (
    Window,
    WorkingHours,
    add_working_time,
    list_segments,
    working_time_between,
)

MINUTE = timedelta(minutes=1)
ZERO = timedelta()
TURNS = {
    "America/Sao_Paulo": [date(2018, 11, 4), date(2018, 2, 18), date(2026, 11, 20)],
    "Europe/Berlin": [date(2026, 3, 29), date(2026, 10, 25)],
    "America/New_York": [date(2026, 3, 8), date(2026, 11, 1)],
    "Australia/Lord_Howe": [date(2026, 4, 5), date(2026, 10, 4)],
    "Asia/Kolkata": [date(2026, 1, 1)],
    "Asia/Kathmandu": [date(2028, 2, 29)],
    "UTC": [date(2026, 12, 31)],
}
ZONES = pytest.mark.parametrize("zone", TURNS)
FEWER = settings(max_examples=15, deadline=None)
MORE = settings(max_examples=20, deadline=None)


def reads_open(hours: WorkingHours, at: datetime) -> bool:
    """Return True if the wall clock shows a minute inside a window of no holiday."""
    local = at.astimezone(ZoneInfo(hours.time_zone))
    for days_ago in (0, 1):
        day = local.date() - timedelta(days=days_ago)
        minute = local.hour * 60 + local.minute + days_ago * 1440
        for weekday, start, end in hours.windows:
            close = end if end > start else end + 1440
            if day.weekday() == weekday and day not in hours.holidays and start <= minute < close:
                return True
    return False


def open_pieces(
    hours: WorkingHours, start: datetime, end: datetime
) -> list[tuple[datetime, datetime]]:
    """Return the open spans of [start, end), minute by minute, the first and last cut to fit."""
    minute = start.replace(second=0, microsecond=0)
    pieces: list[tuple[datetime, datetime]] = []
    while minute < end and start < end:
        if reads_open(hours, minute):
            joins = pieces and pieces[-1][1] == minute
            begin = pieces.pop()[0] if joins else max(minute, start)
            pieces.append((begin, min(minute + MINUTE, end)))
        minute += MINUTE
    return pieces


def total(pieces: list[tuple[datetime, datetime]]) -> timedelta:
    return sum((end - start for start, end in pieces), ZERO)


def spend(pieces: list[tuple[datetime, datetime]], amount: timedelta) -> datetime:
    """Return the instant at which a positive amount is used up; there must be enough."""
    for start, end in pieces:
        if amount <= end - start:
            return start + amount
        amount -= end - start
    raise AssertionError("not enough open minutes")


@st.composite
def calendars(draw: st.DrawFn, zone: str) -> tuple[WorkingHours, datetime]:
    """Return a calendar and an instant near a clock change of its zone."""
    turn = draw(st.sampled_from(TURNS[zone]))
    window = st.builds(
        Window,
        st.integers(-2, 2).map(lambda number: (turn.weekday() + number) % 7),
        st.one_of(st.integers(0, 240), st.integers(0, 1439)),
        st.one_of(st.integers(1, 240), st.integers(1, 2880)),
    )
    holiday = st.integers(-3, 3).map(lambda number: turn + timedelta(days=number))
    hours = WorkingHours(
        zone,
        tuple(draw(st.lists(window, min_size=1, max_size=5))),
        draw(st.frozensets(holiday, max_size=2)),
    )
    midnight = datetime.combine(turn, time(), ZoneInfo(zone)).astimezone(UTC)
    return hours, midnight + draw(st.timedeltas(timedelta(hours=-30), timedelta(hours=30)))


def amounts(hours: WorkingHours, start: datetime) -> st.SearchStrategy[timedelta]:
    """Return amounts that fit the calendar within four weeks: some have one minute a week."""
    return st.timedeltas(ZERO, working_time_between(hours, start, start + timedelta(weeks=4)))


SPANS = st.timedeltas(ZERO, timedelta(hours=36))
WEEKS = st.timedeltas(-timedelta(weeks=4), timedelta(weeks=8))


@ZONES
@FEWER
@given(data=st.data())
def test_difference_and_segments_equal_the_oracle(zone: str, data: st.DataObject) -> None:
    hours, start = data.draw(calendars(zone))
    end = start + data.draw(SPANS)
    expected = open_pieces(hours, start, end)
    assert working_time_between(hours, start, end) == total(expected)
    assert list_segments(hours, start, end) == expected


@ZONES
@FEWER
@given(data=st.data())
def test_the_deadline_equals_the_oracle(zone: str, data: st.DataObject) -> None:
    hours, start = data.draw(calendars(zone))
    pieces = open_pieces(hours, start, start + timedelta(hours=36))
    amount = data.draw(st.timedeltas(ZERO, total(pieces)))
    expected = spend(pieces, amount) if amount else start
    assert add_working_time(hours, start, amount) == expected


@ZONES
@FEWER
@given(data=st.data())
def test_the_first_instant_worked_equals_the_oracle(zone: str, data: st.DataObject) -> None:
    hours, start = data.draw(calendars(zone))
    pieces = open_pieces(hours, start, start + timedelta(hours=36))
    first = add_working_time(hours, start, timedelta.resolution) - timedelta.resolution
    assert (first == start) is reads_open(hours, start)
    if pieces:
        assert first == pieces[0][0]
    else:
        assert first >= start + timedelta(hours=36)


@ZONES
@MORE
@given(data=st.data())
def test_difference_and_segments_undo_addition(zone: str, data: st.DataObject) -> None:
    hours, start = data.draw(calendars(zone))
    amount = data.draw(amounts(hours, start))
    deadline = add_working_time(hours, start, amount)
    assert working_time_between(hours, start, deadline) == amount
    assert (
        sum((segment.length for segment in list_segments(hours, start, deadline)), ZERO) == amount
    )
    if amount:
        assert working_time_between(hours, start, deadline - timedelta.resolution) < amount


@ZONES
@MORE
@given(data=st.data())
def test_later_starts_and_larger_amounts_never_come_earlier(zone: str, data: st.DataObject) -> None:
    hours, start = data.draw(calendars(zone))
    small, large = sorted(data.draw(st.tuples(amounts(hours, start), amounts(hours, start))))
    later = start + abs(data.draw(WEEKS))
    assert add_working_time(hours, start, small) <= add_working_time(hours, later, small)
    assert add_working_time(hours, start, small) <= add_working_time(hours, start, large)


@ZONES
@MORE
@given(data=st.data())
def test_differences_add_up_in_any_order(zone: str, data: st.DataObject) -> None:
    hours, start = data.draw(calendars(zone))
    middle, end = start + data.draw(WEEKS), start + data.draw(WEEKS)
    whole = working_time_between(hours, start, end)
    assert (
        working_time_between(hours, start, middle) + working_time_between(hours, middle, end)
        == whole
    )
    assert ZERO <= whole <= end - start if start <= end else end - start <= whole <= ZERO
