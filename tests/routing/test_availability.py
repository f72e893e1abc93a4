"""Who is on shift and until when, against a clock that is read minute by minute (M55, M80)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.places.local_times import MINUTES_IN_DAY, find_instant
from accounts.places.public_holidays import PublicHolidays
from routing.availability import (
    OnCallSpan,
    PresenceFacts,
    StaffFacts,
    can_take_new,
    find_first_on_shift,
    find_next_on_shift,
    find_shift_end,
    find_shift_start,
    get_state,
    is_on_call,
    is_on_shift,
    list_work,
)
from routing.models import PresenceState
from routing.shifts import ShiftFacts, Span, list_spans

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
# Both changes of clocks of the year are inside the range of the examples.
ZONES = [
    "America/Los_Angeles",
    "America/New_York",
    "America/Sao_Paulo",
    "Europe/Berlin",
    "Asia/Kolkata",
    "Australia/Lord_Howe",  # changes by half an hour
    "Pacific/Auckland",
    "UTC",
]
DAYS = [
    *(date(2026, 3, 6) + DAY * number for number in range(30)),
    *(date(2026, 10, 1) + DAY * number for number in range(35)),
]

zones = st.sampled_from(ZONES)
shifts = st.builds(
    ShiftFacts,
    st.integers(0, 6),
    st.integers(0, MINUTES_IN_DAY - 1),
    st.integers(1, MINUTES_IN_DAY),
    zones,
    st.booleans(),
)


def work_week(start: int = 9, end: int = 17, zone: str = "UTC") -> tuple[ShiftFacts, ...]:
    return tuple(ShiftFacts(day, start * 60, end * 60, zone) for day in range(5))


def at(day: int, hour: float) -> datetime:
    """A time in the week of MONDAY, November 16."""
    return MONDAY + DAY * day + HOUR * hour


def find_first_showing(day: date, minute: int, zone: str) -> datetime:
    """The oracle: walk through the minutes until the clock shows the time, or has passed it."""
    wanted = datetime.combine(day, time()) + timedelta(minutes=minute)
    instant = wanted.replace(tzinfo=UTC) - 15 * HOUR
    shown = instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    while shown < wanted:
        instant += timedelta(minutes=1)
        shown = instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return instant


@given(st.sampled_from(DAYS), st.integers(0, 2 * MINUTES_IN_DAY), zones)
@settings(max_examples=150, deadline=None)
def test_a_time_of_day_is_the_first_instant_at_which_the_clock_shows_it(
    day: date, minute: int, zone: str
) -> None:
    assert find_instant(day, minute, zone) == find_first_showing(day, minute, zone)


@pytest.mark.parametrize(
    ("day", "minute", "instant"),
    [
        (date(2026, 3, 29), 150, datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),  # 02:30 is skipped
        (date(2026, 10, 25), 150, datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # shown twice
        (date(2026, 10, 25), 180, datetime(2026, 10, 25, 2, 0, tzinfo=UTC)),
    ],
)
def test_the_night_of_the_change_in_berlin(day: date, minute: int, instant: datetime) -> None:
    assert find_instant(day, minute, "Europe/Berlin") == instant


@pytest.mark.parametrize(
    ("night", "hours"), [(date(2026, 3, 28), 7), (date(2026, 10, 24), 9), (date(2026, 11, 7), 8)]
)
def test_a_night_shift_is_an_hour_shorter_or_longer_when_clocks_change(
    night: date, hours: int
) -> None:
    shift = ShiftFacts(night.weekday(), 1320, 360, "Europe/Berlin")
    start = find_instant(night, 1320, "Europe/Berlin")
    [span] = list_spans([shift], start, start + HOUR)
    assert span == (start, start + hours * HOUR)


@given(zones, st.sampled_from(DAYS), st.integers(1, MINUTES_IN_DAY - 1))
@settings(max_examples=100, deadline=None)
def test_shifts_that_hand_over_leave_neither_a_gap_nor_an_overlap(
    zone: str, day: date, minute: int
) -> None:
    """Two shifts a day that meet at any minute, in the skipped and the repeated hour, too."""
    early = [ShiftFacts(weekday, 0, minute, zone) for weekday in range(7)]
    late = [ShiftFacts(weekday, minute, 1440, zone) for weekday in range(7)]
    start = find_instant(day, 0, zone)
    span = [start + timedelta(minutes=step) for step in range(0, 26 * 60, 7)]
    for moment in span:
        on_early = is_on_shift(StaffFacts(tuple(early)), moment)
        assert on_early != is_on_shift(StaffFacts(tuple(late)), moment)
    facts = StaffFacts((*early, *late))
    assert list_work(facts, span[0], span[-1]) == [Span(span[0], span[-1])]


@given(
    st.lists(shifts, max_size=6),
    st.sampled_from(DAYS),
    st.lists(st.tuples(st.integers(-72, 96), st.integers(1, 60)), max_size=3),
    st.lists(st.tuples(st.integers(-48, 96), st.integers(1, 24)), max_size=3),
)
@settings(max_examples=100, deadline=None)
def test_spans_and_single_times_agree(
    given_shifts: list[ShiftFacts],
    day: date,
    absent: list[tuple[int, int]],
    extra: list[tuple[int, int]],
) -> None:
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    absences, extra_shifts = (
        tuple(Span(start + hour * HOUR, start + (hour + length) * HOUR) for hour, length in times)
        for times in (absent, extra)
    )
    holidays = PublicHolidays("DE", "BY")
    facts = StaffFacts(tuple(given_shifts), absences, (), holidays, extra_shifts)
    weekly = StaffFacts(tuple(given_shifts), absences, (), holidays)
    work = list_work(facts, start, start + 2 * DAY)
    assert all(one.end < other.start for one, other in pairwise(work))
    for step in range(0, 48 * 60, 13):
        moment = start + timedelta(minutes=step)
        covering = [span for span in work if span.covers(moment)]
        assert bool(covering) is is_on_shift(facts, moment)
        is_extra = any(span.covers(moment) for span in extra_shifts)
        is_absent = any(span.covers(moment) for span in absences)
        works = is_on_shift(weekly, moment) or (is_extra and not is_absent)
        assert is_on_shift(facts, moment) is works
        if covering and covering[0].end < start + 2 * DAY:
            assert find_shift_end(facts, moment) == covering[0].end
        follows = [span.start for span in work if span.start >= moment]
        if follows and not covering:
            assert find_next_on_shift(facts, moment) == follows[0]


def test_an_absence_ends_a_shift_and_nobody_is_back_before_it_is_over() -> None:
    leave = Span(at(2, 12), at(3, 13))
    facts = StaffFacts(work_week(), (leave,))
    assert is_on_shift(facts, at(2, 11.9))
    assert find_shift_end(facts, at(2, 10)) == at(2, 12)
    assert not is_on_shift(facts, at(2, 12))
    assert find_next_on_shift(facts, at(2, 12)) == at(3, 13)
    assert find_shift_start(facts, at(3, 14)) == at(3, 13)


def test_a_shift_that_begins_on_a_public_holiday_is_off() -> None:
    """November 20 is Black Awareness Day in Brazil; a night shift of the 19th goes on into it."""
    facts = StaffFacts(work_week(zone="America/Sao_Paulo"), holidays=PublicHolidays("BR", "SP"))
    assert is_on_shift(facts, at(3, 15))
    assert not is_on_shift(facts, at(4, 15))
    assert is_on_shift(StaffFacts(facts.shifts), at(4, 15))
    night = StaffFacts(
        (ShiftFacts(3, 1320, 360, "America/Sao_Paulo"),), holidays=PublicHolidays("BR")
    )
    assert is_on_shift(night, at(4, 8))


def test_some_shifts_are_worked_on_holidays_too() -> None:
    shift = ShiftFacts(4, 540, 1020, "UTC", works_on_holidays=True)
    assert is_on_shift(StaffFacts((shift,), holidays=PublicHolidays("BR")), at(4, 12))


def test_an_extra_shift_is_worked_once_and_on_a_holiday_too() -> None:
    """November 20, a Friday, is a holiday in Brazil; the Saturday after it is nobody's shift."""
    extra = (Span(at(4, 12), at(4, 20)), Span(at(5, 12), at(5, 16)))
    facts = StaffFacts(
        work_week(zone="America/Sao_Paulo"), holidays=PublicHolidays("BR"), extra_shifts=extra
    )
    assert is_on_shift(facts, at(4, 15))
    assert find_shift_end(facts, at(4, 15)) == at(4, 20)
    assert find_next_on_shift(facts, at(4, 20)) == at(5, 12)
    assert not can_take_new(facts, at(5, 15.8), timedelta(minutes=30))
    assert not is_on_shift(facts, at(12, 13))


def test_an_extra_evening_goes_on_from_the_weekly_shift_unless_leave_ends_it() -> None:
    evening = Span(at(0, 17), at(0, 21))
    facts = StaffFacts(work_week(), extra_shifts=(evening,))
    assert find_shift_end(facts, at(0, 10)) == at(0, 21)
    assert find_shift_start(facts, at(0, 20)) == at(0, 9)
    sick = StaffFacts(work_week(), (Span(at(0, 18), at(1, 0)),), extra_shifts=(evening,))
    assert find_shift_end(sick, at(0, 10)) == at(0, 18)


def test_extra_shifts_alone_are_shifts() -> None:
    facts = StaffFacts(extra_shifts=(Span(at(5, 9), at(5, 13)),))
    assert find_next_on_shift(facts, at(0, 0)) == at(5, 9)
    assert find_next_on_shift(facts, at(5, 13)) is None


def test_round_the_clock_has_no_end_and_no_shifts_have_no_next() -> None:
    always = StaffFacts(tuple(ShiftFacts(day, 0, 1440, "Europe/Berlin") for day in range(7)))
    assert find_shift_end(always, at(0, 0)) is None
    assert find_shift_start(always, at(0, 0)) is None
    assert find_next_on_shift(always, at(0, 3)) == at(0, 3)
    assert can_take_new(always, at(0, 3), 8 * HOUR)
    assert find_next_on_shift(StaffFacts(), at(0, 0)) is None
    assert not can_take_new(StaffFacts(), at(0, 0), timedelta())


def test_the_end_of_two_shifts_that_meet_is_that_of_the_second() -> None:
    facts = StaffFacts((ShiftFacts(0, 480, 720, "UTC"), ShiftFacts(0, 720, 960, "UTC")))
    assert find_shift_end(facts, at(0, 9)) == at(0, 16)
    assert find_shift_start(facts, at(0, 15)) == at(0, 8)


@pytest.mark.parametrize(
    ("moment", "allowed"),
    [(at(0, 8), False), (at(0, 9), True), (at(0, 16.4), True), (at(0, 16.5), False)],
)
def test_nobody_gets_new_tickets_in_the_last_minutes_of_a_shift(
    moment: datetime, allowed: bool
) -> None:
    facts = StaffFacts(work_week())
    assert can_take_new(facts, moment, timedelta(minutes=30)) is allowed
    assert can_take_new(facts, moment, timedelta()) is is_on_shift(facts, moment)


def test_nobody_gets_new_tickets_before_leave() -> None:
    facts = StaffFacts(work_week(), (Span(at(0, 12), at(5, 0)),))
    assert can_take_new(facts, at(0, 11), timedelta(minutes=30))
    assert not can_take_new(facts, at(0, 11.5), timedelta(minutes=30))


def test_the_first_of_several_people_to_come_on_shift() -> None:
    staff = [StaffFacts(work_week(12, 20)), StaffFacts(work_week(9, 17)), StaffFacts()]
    assert find_first_on_shift(staff, at(0, 6)) == at(0, 9)
    assert find_first_on_shift(staff, at(4, 21)) == at(7, 9)
    assert find_first_on_shift([], at(0, 6)) is None


def test_an_agent_on_leave_for_weeks_is_found_after_it() -> None:
    facts = StaffFacts(work_week(), (Span(at(0, 0), at(60, 0)),))
    assert find_next_on_shift(facts, at(0, 9)) == at(60, 9)


def test_a_turn_on_call_is_for_its_level_and_not_during_an_absence() -> None:
    facts = StaffFacts(
        absences=(Span(at(1, 0), at(2, 0)),), on_call=(OnCallSpan(at(0, 9), at(7, 9), "l2"),)
    )
    assert is_on_call(facts, at(0, 9), "l2")
    assert is_on_call(facts, at(0, 9))
    assert not is_on_call(facts, at(0, 9), "l1")
    assert not is_on_call(facts, at(1, 9), "l2")
    assert not is_on_call(facts, at(7, 9), "l2")
    anyone = StaffFacts(on_call=(OnCallSpan(at(0, 9), at(7, 9)),))
    assert is_on_call(anyone, at(0, 9), "l1")
    assert not is_on_shift(anyone, at(0, 10))


@pytest.mark.parametrize(
    ("presence", "idle", "state"),
    [
        (PresenceFacts(), None, PresenceState.AVAILABLE),
        (PresenceFacts(), 15, PresenceState.AWAY),
        (PresenceFacts(last_active_at=at(0, 9) - 14 * HOUR / 60), 15, PresenceState.AVAILABLE),
        (PresenceFacts(last_active_at=at(0, 8.75)), 15, PresenceState.AWAY),
        (PresenceFacts("own", last_active_at=at(0, 5)), 15, PresenceState.AWAY),
        (PresenceFacts("own", last_active_at=at(0, 8.9)), 15, PresenceState.OWN_TICKETS),
        (PresenceFacts("away", until=at(0, 9)), None, PresenceState.AVAILABLE),
        (PresenceFacts("away", until=at(0, 9.1)), None, PresenceState.AWAY),
        (PresenceFacts("on_call"), None, PresenceState.ON_CALL),
    ],
)
def test_presence_is_what_was_chosen_until_then_or_idle(
    presence: PresenceFacts, idle: int | None, state: PresenceState
) -> None:
    limit = timedelta(minutes=idle) if idle else None
    assert get_state(presence, at(0, 9), idle=limit) == state
