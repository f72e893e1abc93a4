"""Runs of clocks with pauses: deadlines, used time and parts, calculated by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from sla.calendar import NeverOpensError
from sla.runs import Part, Pause, Reason, Run, count_used, find_due, list_parts
from sla.working_hours import DayException, Window, WorkingHours

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
TIRADENTES = date(2026, 4, 21)  # a Tuesday
TWELVE_BY_FIVE = WorkingHours(
    "America/Sao_Paulo",
    tuple(Window(day, 480, 1200) for day in range(5)),
    frozenset({TIRADENTES}),
    names=((TIRADENTES, "Tiradentes"),),
)
LUNCH = WorkingHours("UTC", (Window(0, 540, 720), Window(0, 780, 1020)))
NIGHTS = WorkingHours("UTC", tuple(Window(day, 1320, 360) for day in range(7)))
ALWAYS = WorkingHours.always("UTC")
HOUR = 3600
ZERO = timedelta()


def local(text: str) -> datetime:
    """Return a time of April 2026 in Sao Paulo, written as "20T18:30"."""
    return datetime.fromisoformat(f"2026-04-{text}").replace(tzinfo=SAO_PAULO)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-04-{text}").replace(tzinfo=UTC)


def pause(start: str, end: str | None, reason: str = Reason.WAITING) -> Pause:
    return Pause(local(start), local(end) if end else None, reason)


def show(parts: list[Part]) -> list[str]:
    """Return parts as "20T18:30 open", in the time of Sao Paulo, counted ones with a plus."""
    return [
        f"{'+' if part.counts else ' '}{part.start.astimezone(SAO_PAULO):%dT%H:%M} {part.reason}"
        + (f" ({part.name})" if part.name else "")
        for part in parts
    ]


MONDAY = Run(local("20T18:30"), 4 * HOUR)  # 1h 30m that day, the rest after the holiday
DUE = {
    "without a pause": ((), "22T10:30"),
    "a pause in open hours": ((pause("20T19:00", "20T19:15"),), "22T10:45"),
    "a pause in closed hours changes nothing": ((pause("20T21:00", "22T08:00"),), "22T10:30"),
    "a pause over the holiday": ((pause("20T19:00", "22T09:00"),), "22T12:30"),
    "two pauses": ((pause("20T19:00", "20T19:15"), pause("22T08:00", "22T09:00")), "22T11:45"),
    "overlapping pauses count once": (
        (pause("20T18:45", "20T19:15"), pause("20T19:00", "20T19:30", Reason.HOLD)),
        "22T11:15",
    ),
    "a pause that began before the clock": ((pause("20T09:00", "20T19:00"),), "22T11:00"),
    "a pause before the clock": ((pause("20T09:00", "20T10:00"),), "22T10:30"),
    "a pause after the deadline": ((pause("22T10:30", "22T12:00"),), "22T10:30"),
    "an open pause after the deadline": ((pause("22T10:30", None),), "22T10:30"),
    "an open pause before the deadline": ((pause("22T10:29", None),), None),
    "pauses in any order": (
        (pause("22T08:00", "22T09:00"), pause("20T19:00", "20T19:15")),
        "22T11:45",
    ),
}


@pytest.mark.parametrize("name", DUE)
def test_the_deadline(name: str) -> None:
    pauses, due = DUE[name]
    assert find_due(replace(MONDAY, pauses=pauses), TWELVE_BY_FIVE) == (due and local(due))


@pytest.mark.parametrize("name", DUE)
def test_the_parts_until_the_deadline_add_up_to_the_amount(name: str) -> None:
    pauses, due = DUE[name]
    run = replace(MONDAY, pauses=pauses)
    at = local(due or "22T23:00")
    parts = list_parts(run, TWELVE_BY_FIVE, at)
    counted = sum((part.length for part in parts if part.counts), ZERO)
    assert counted == count_used(run, TWELVE_BY_FIVE, at)
    if due:
        assert counted == run.amount
    assert (parts[0].start, parts[-1].end) == (run.started_at, at)
    assert all(before.end == after.start for before, after in pairwise(parts))


def test_used_time_is_zero_before_the_start_and_grows_after_the_deadline() -> None:
    assert count_used(MONDAY, TWELVE_BY_FIVE, local("20T12:00")) == ZERO
    assert list_parts(MONDAY, TWELVE_BY_FIVE, local("20T12:00")) == []
    assert count_used(MONDAY, TWELVE_BY_FIVE, local("22T12:30")) == timedelta(hours=6)


def test_an_open_pause_counts_nothing_until_now() -> None:
    run = replace(MONDAY, pauses=(pause("20T19:30", None),))
    assert count_used(run, TWELVE_BY_FIVE, local("22T15:00")) == timedelta(hours=1)
    assert show(list_parts(run, TWELVE_BY_FIVE, local("22T15:00"))) == [
        "+20T18:30 open",
        " 20T19:30 waiting_for_customer",
    ]


def test_parts_name_the_holiday_and_the_time_before_opening() -> None:
    parts = list_parts(MONDAY, TWELVE_BY_FIVE, local("22T10:30"))
    assert show(parts) == [
        "+20T18:30 open",
        " 20T20:00 after_closing",
        " 21T00:00 holiday (Tiradentes)",
        " 22T00:00 before_opening",
        "+22T08:00 open",
    ]


def test_a_start_before_opening_and_a_week_end() -> None:
    friday = Run(local("17T06:00"), 13 * HOUR)
    assert show(list_parts(friday, TWELVE_BY_FIVE, local("20T09:00"))) == [
        " 17T06:00 before_opening",
        "+17T08:00 open",
        " 17T20:00 closed",
        "+20T08:00 open",
    ]
    saturday = replace(friday, started_at=local("18T10:00"))
    assert show(list_parts(saturday, TWELVE_BY_FIVE, local("18T12:00"))) == [" 18T10:00 closed"]


def test_a_break_and_the_time_after_closing() -> None:
    run = Run(utc("20T11:00"), 4 * HOUR)
    assert find_due(run, LUNCH) == utc("20T16:00")
    reasons = [part.reason for part in list_parts(run, LUNCH, utc("20T18:00"))]
    assert reasons == ["open", "break", "open", "after_closing"]


def test_a_night_shift_opened_before_the_day_began() -> None:
    run = Run(utc("20T05:00"), 2 * HOUR)
    parts = list_parts(run, NIGHTS, utc("20T23:00"))
    assert [part.reason for part in parts] == ["open", "break", "open"]
    assert find_due(run, NIGHTS) == utc("20T23:00")


def test_a_holiday_alone_makes_a_part_of_its_own() -> None:
    nights = replace(NIGHTS, holidays=frozenset({TIRADENTES}), names=((TIRADENTES, "Rest"),))
    run = Run(utc("21T05:00"), 2 * HOUR)
    parts = list_parts(run, nights, utc("22T23:00"))
    # The shift of Monday evening runs into the holiday; its own shift, into Wednesday, is missing.
    assert [(part.reason, part.name) for part in parts] == [
        ("open", ""),
        ("holiday", "Rest"),
        ("before_opening", ""),
        ("open", ""),
    ]
    assert find_due(run, nights) == utc("22T23:00")


def test_a_date_with_hours_of_its_own_says_so() -> None:
    shorter = DayException(TIRADENTES, ((480, 600),))
    hours = replace(TWELVE_BY_FIVE, exceptions=(shorter,), names=((TIRADENTES, "Half day"),))
    assert show(list_parts(MONDAY, hours, local("22T08:30"))) == [
        "+20T18:30 open",
        " 20T20:00 after_closing",
        " 21T00:00 exception (Half day)",
        "+21T08:00 open",
        " 21T10:00 exception (Half day)",
        " 22T00:00 before_opening",
        "+22T08:00 open",
    ]


def test_a_pause_is_one_part_whatever_the_calendar_says() -> None:
    run = replace(MONDAY, pauses=(pause("20T19:00", "22T09:00", Reason.HOLD),))
    assert show(list_parts(run, TWELVE_BY_FIVE, local("22T12:30"))) == [
        "+20T18:30 open",
        " 20T19:00 hold",
        "+22T09:00 open",
    ]


@pytest.mark.parametrize(
    ("zone", "start"),
    [
        ("America/Sao_Paulo", "2018-11-03T12:00"),  # midnight is skipped
        ("America/Sao_Paulo", "2018-02-17T12:00"),  # the hour before midnight comes twice
        ("America/St_Johns", "2010-11-06T12:00"),  # midnight comes twice
        ("Pacific/Apia", "2011-12-29T12:00"),  # a day is skipped
        ("Europe/Berlin", "2026-03-28T12:00"),
    ],
)
def test_closed_days_are_seamless_when_clocks_change(zone: str, start: str) -> None:
    begin = datetime.fromisoformat(start).replace(tzinfo=ZoneInfo(zone))
    end = (begin + timedelta(days=2)).replace(tzinfo=ZoneInfo(zone))
    closed = WorkingHours(zone, (Window(2, 0, 1),), frozenset({begin.date() + timedelta(days=1)}))
    parts = list_parts(Run(begin, HOUR), closed, end)
    assert (parts[0].start, parts[-1].end) == (begin, end)
    assert all(before.end == after.start for before, after in pairwise(parts))
    assert not any(part.counts for part in parts)


def test_a_promised_time_counts_around_the_clock() -> None:
    run = Run(utc("20T11:00"), 26 * HOUR + 0.25)
    assert find_due(run, ALWAYS) == utc("21T13:00:00.250000")
    assert [part.reason for part in list_parts(run, ALWAYS, utc("21T13:00"))] == ["open"]


def test_a_calendar_that_never_opens_is_refused_unless_the_run_is_paused() -> None:
    never = WorkingHours("UTC", ())
    run = Run(utc("20T11:00"), HOUR)
    with pytest.raises(NeverOpensError):
        find_due(run, never)
    assert find_due(replace(run, pauses=(Pause(utc("20T12:00"), None, "hold"),)), never) is None
    assert [part.reason for part in list_parts(run, never, utc("23T11:00"))] == ["closed"]


def test_a_run_over_a_clock_change_is_counted_in_elapsed_time() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    start = datetime(2026, 3, 29, 1, 0, tzinfo=berlin)
    end = datetime(2026, 3, 29, 4, 0, tzinfo=berlin)
    waiting = (Pause(start, end, Reason.WAITING),)
    run = Run(start - timedelta(hours=1), 2 * HOUR, waiting)
    always = WorkingHours.always("Europe/Berlin")
    assert find_due(run, always) == end + timedelta(hours=1)
    lengths = [part.length for part in list_parts(run, always, end + timedelta(hours=1))]
    assert lengths == [timedelta(hours=1), timedelta(hours=2), timedelta(hours=1)]


def test_times_without_a_zone_are_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        Run(utc("20T11:00").replace(tzinfo=None), HOUR)
    with pytest.raises(ValueError, match="aware"):
        count_used(MONDAY, ALWAYS, utc("20T11:00").replace(tzinfo=None))
