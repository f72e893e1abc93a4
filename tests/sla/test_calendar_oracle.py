"""Working time against an oracle without tables: it reads the wall clock minute by minute."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sla.business_days import find_business_day_deadline, find_next_opening
from sla.calendar import (
    NeverOpensError,
    Window,
    WorkingHours,
    add_working_time,
    list_segments,
    working_time_between,
)
from sla.working_hours import DayException

MINUTE = timedelta(minutes=1)
ZERO = timedelta()
TURNS = {
    "America/Sao_Paulo": [date(2018, 11, 4), date(2018, 2, 18), date(2026, 11, 20)],
    "Europe/Berlin": [date(2026, 3, 29), date(2026, 10, 25)],
    "America/New_York": [date(2026, 3, 8), date(2026, 11, 1)],
    "Australia/Lord_Howe": [date(2026, 4, 5), date(2026, 10, 4)],
    "Asia/Kolkata": [date(2026, 1, 1)],
    "Asia/Kathmandu": [date(2028, 2, 29)],
    "Pacific/Apia": [date(2011, 12, 30)],  # skipped: the islands crossed the date line
    "UTC": [date(2026, 12, 31)],
}
ZONES = pytest.mark.parametrize("zone", TURNS)
FEWER = settings(max_examples=15, deadline=None)
MORE = settings(max_examples=20, deadline=None)


def covers(window: tuple[int, int], minute: int) -> bool:
    start, end = window
    return start <= minute < (end if end > start else end + 1440)


class WallClock:
    """Reads whether a wall clock shows a minute inside a window and outside every break."""

    def __init__(self, hours: WorkingHours) -> None:
        self.hours, self.zone = hours, ZoneInfo(hours.time_zone)
        self.own = dict(hours.exceptions)
        self.days: dict[date, list[bool]] = {}

    def reads_open(self, at: datetime) -> bool:
        local = at.astimezone(self.zone)
        day = local.date()
        if day not in self.days:
            self.days[day] = self._read_day(day)
        return self.days[day][local.hour * 60 + local.minute]

    def list_windows(self, day: date) -> list[tuple[int, int]]:
        """Return the windows that begin on a date."""
        if day in self.own:
            return list(self.own[day])
        weekly = [each[1:] for each in self.hours.windows if each.weekday == day.weekday()]
        return [] if day in self.hours.holidays else weekly

    def _list_breaks(self, day: date) -> list[tuple[int, int]]:
        if day in self.own:
            return []
        return [each[1:] for each in self.hours.breaks if each.weekday == day.weekday()]

    def _read_day(self, day: date) -> list[bool]:
        """Return for each minute of a date whether it is open. Yesterday's windows may reach it."""
        begun = [(day, 0), (day - timedelta(days=1), 1440)]
        windows = [(each, ago) for begins, ago in begun for each in self.list_windows(begins)]
        breaks = [(each, ago) for begins, ago in begun for each in self._list_breaks(begins)]
        return [
            any(covers(each, minute + ago) for each, ago in windows)
            and not any(covers(each, minute + ago) for each, ago in breaks)
            for minute in range(1440)
        ]


def reads_open(hours: WorkingHours, at: datetime) -> bool:
    return WallClock(hours).reads_open(at)


def open_pieces(
    hours: WorkingHours, start: datetime, end: datetime
) -> list[tuple[datetime, datetime]]:
    """Return the open spans of [start, end), minute by minute, the first and last cut to fit."""
    clock, minute = WallClock(hours), start.replace(second=0, microsecond=0)
    pieces: list[tuple[datetime, datetime]] = []
    while minute < end and start < end:
        if clock.reads_open(minute):
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
    day = st.integers(-3, 3).map(lambda number: turn + timedelta(days=number))
    own = st.lists(st.tuples(st.integers(0, 1439), st.integers(1, 2880)), max_size=2).map(tuple)
    hours = WorkingHours(
        zone,
        tuple(draw(st.lists(window, min_size=1, max_size=5))),
        draw(st.frozensets(day, max_size=2)),
        tuple(DayException(*each) for each in draw(st.dictionaries(day, own, max_size=2)).items()),
        tuple(draw(st.lists(window, max_size=2))),
    )
    midnight = datetime.combine(turn, time(), ZoneInfo(zone)).astimezone(UTC)
    return hours, midnight + draw(st.timedeltas(timedelta(hours=-30), timedelta(hours=30)))


def amounts(hours: WorkingHours, start: datetime) -> st.SearchStrategy[timedelta]:
    """Return amounts that fit the calendar within four weeks: some have one minute a week."""
    return st.timedeltas(ZERO, working_time_between(hours, start, start + timedelta(weeks=4)))


def due(hours: WorkingHours, start: datetime, amount: timedelta) -> datetime:
    """Return the deadline, or the end of all time if breaks cut out every opening."""
    try:
        return add_working_time(hours, start, amount)
    except NeverOpensError:
        return datetime.max.replace(tzinfo=UTC)


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
    try:
        first = find_next_opening(hours, start)
    except NeverOpensError:  # breaks may cut out all
        first = datetime.max.replace(tzinfo=UTC)
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
    assert due(hours, start, small) <= due(hours, later, small)
    assert due(hours, start, small) <= due(hours, start, large)


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


def shows(zone: str, minute: datetime) -> datetime:
    return minute.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def find_business_days(hours: WorkingHours, since: date, until: date) -> set[date]:
    """Return the dates on which a window starts that has an open minute, minute by minute."""
    midnight = datetime.combine(since, time(), ZoneInfo(hours.time_zone)).astimezone(UTC)
    clock, found = WallClock(hours), set()
    for number in range((until - since).days * 1440):
        at = midnight + number * MINUTE
        if not clock.reads_open(at):
            continue
        local = shows(hours.time_zone, at)
        for days_ago in (0, 1):
            day = local.date() - timedelta(days=days_ago)
            minute = local.hour * 60 + local.minute + days_ago * 1440
            if any(covers(each, minute) for each in clock.list_windows(day)):
                found.add(day)
    return found


@ZONES
@settings(max_examples=6, deadline=None)
@given(data=st.data(), days=st.integers(1, 2), by_minute=st.integers(1, 1440))
def test_business_days_equal_the_oracle(
    zone: str, data: st.DataObject, days: int, by_minute: int
) -> None:
    hours, start = data.draw(calendars(zone))
    since = start.astimezone(ZoneInfo(zone)).date() - timedelta(days=2)
    until = since + timedelta(days=9)
    pieces = open_pieces(hours, start, start + timedelta(days=13))
    if not pieces:
        return
    opening = shows(zone, pieces[0][0])
    open_days = find_business_days(hours, since, until)
    begun = [
        day
        for day in open_days
        if datetime.combine(day, time()) + MINUTE * min(starts_on(hours, day)) <= opening
    ]
    received = max(begun, default=opening.date() - timedelta(days=1))
    later = sorted(day for day in open_days if day > received)
    if len(later) < days:
        return
    limit = datetime.combine(later[days - 1], time()) + MINUTE * by_minute
    at = first_shown(zone, limit, start)
    worked = [(max(begin, start), min(end, at)) for begin, end in pieces if at > begin]
    assume(worked)  # a minute in the hour that a change of clocks skips isn't worked at all
    expected = worked[-1][1]
    assert find_business_day_deadline(hours, start, days, by_minute) == expected


def starts_on(hours: WorkingHours, day: date) -> list[int]:
    own = dict(hours.exceptions)
    weekly = [each[1:] for each in hours.windows if each.weekday == day.weekday()]
    return [start for start, _ in own.get(day, weekly)]


def first_shown(zone: str, wall: datetime, start: datetime) -> datetime:
    """Return the first minute whose wall clock shows a time or a later one."""
    at = start.replace(second=0, microsecond=0) - timedelta(days=2)
    while shows(zone, at) < wall:
        at += MINUTE
    return at


def test_a_calendar_that_never_opens_has_no_business_day() -> None:
    monday = Window(0, 540, 1020)
    closed = WorkingHours("UTC", (monday,), breaks=(Window(0, 500, 1100),))
    with pytest.raises(NeverOpensError):
        find_business_day_deadline(closed, datetime(2026, 11, 18, tzinfo=UTC), 1, 1080)
