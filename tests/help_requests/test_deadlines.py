"""Response targets around the clock and within working days."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from tickets.help_requests.deadlines import WorkingDay, compute_deadline, compute_warning

DAY = WorkingDay(time(9), time(17), "America/Sao_Paulo")  # UTC-3


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "minutes", "hours", "due"),
    [
        ("2026-11-18T13:00", 240, None, "2026-11-18T17:00"),
        ("2026-11-21T23:00", 240, None, "2026-11-22T03:00"),  # a weekend is no pause
        ("2026-11-18T13:00", 240, DAY, "2026-11-18T17:00"),  # Wednesday, 10:00 to 14:00
        ("2026-11-18T08:00", 60, DAY, "2026-11-18T13:00"),  # before the day starts
        ("2026-11-18T19:00", 120, DAY, "2026-11-19T13:00"),  # an hour is left on Wednesday
        ("2026-11-18T12:00", 480, DAY, "2026-11-18T20:00"),  # exactly the whole day
        ("2026-11-20T19:30", 60, DAY, "2026-11-23T12:30"),  # Friday to Monday
        ("2026-11-22T12:00", 30, DAY, "2026-11-23T12:30"),  # asked on Sunday
        ("2026-11-18T12:00", 480 * 6, DAY, "2026-11-25T20:00"),  # over a weekend
    ],
)
def test_a_target_runs_within_the_hours_of_its_group(
    start: str, minutes: int, hours: WorkingDay | None, due: str
) -> None:
    assert compute_deadline(at(start), minutes, hours) == at(due)


def test_members_are_warned_after_three_quarters() -> None:
    assert compute_warning(at("2026-11-18T13:00"), 240, None) == at("2026-11-18T16:00")
    assert compute_warning(at("2026-11-20T19:00"), 120, DAY) == at("2026-11-23T12:30")


def test_the_day_when_clocks_change_is_as_long_as_it_is() -> None:
    berlin = WorkingDay(time(0), time(23, 59), "Europe/Berlin")
    monday = compute_deadline(at("2026-10-23T21:00"), 120, berlin)  # Friday, 23:00 in Berlin
    assert monday == at("2026-10-26T00:01")
