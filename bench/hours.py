"""Speed of business-hours arithmetic (P11).

Prints the microseconds per call to add and to subtract 8 and 800 hours on a 12x5 calendar with
holidays, next to a plain loop over days. Both must agree on all results first. The first call,
which builds the table, is timed separately.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall_time
from zoneinfo import ZoneInfo

from bench.goals import Report
from sla.calendar import Window, WorkingHours, add_working_time, working_time_between

ZONE = ZoneInfo("America/Sao_Paulo")
HOLIDAYS = frozenset(
    date(year, *day) for year in (2026, 2027) for day in ((1, 1), (5, 1), (9, 7), (12, 25))
)
HOURS = WorkingHours(ZONE.key, tuple(Window(weekday, 480, 1200) for weekday in range(5)), HOLIDAYS)
OPENING, CLOSING = wall_time(8), wall_time(20)
DAY = timedelta(days=1)
RUNS, STARTS = 9, 400


def loop_over_days(start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield the open hours of each day from `start` on, in the most obvious way."""
    day = start.astimezone(ZONE).date()
    while True:
        if day.weekday() < 5 and day not in HOLIDAYS:
            opens = datetime.combine(day, OPENING, ZONE).astimezone(UTC)
            closes = datetime.combine(day, CLOSING, ZONE).astimezone(UTC)
            if start < closes:
                yield max(opens, start), closes
        day += DAY


def loop_add(start: datetime, amount: timedelta) -> datetime:
    for opens, closes in loop_over_days(start):
        if amount <= closes - opens:
            return opens + amount
        amount -= closes - opens


def loop_difference(start: datetime, end: datetime) -> timedelta:
    total = timedelta()
    for opens, closes in loop_over_days(start):
        if opens >= end:
            return total
        total += min(closes, end) - opens


def time_calls(function: Callable, calls: list[tuple]) -> float:
    """Return the mean microseconds of one call."""
    begin = time.perf_counter()
    for first, second in calls:
        function(first, second)
    return (time.perf_counter() - begin) / len(calls) * 1e6


def compare(ours: Callable, loop: Callable, calls: list[tuple]) -> tuple[float, float]:
    """Return the median microseconds of both, run in turns so that noise affects both equally."""
    if any(ours(*call) != loop(*call) for call in calls):
        raise SystemExit("The table and the loop disagree, so there is nothing to measure.")
    runs = [(time_calls(ours, calls), time_calls(loop, calls)) for _ in range(RUNS)]
    return statistics.median(run[0] for run in runs), statistics.median(run[1] for run in runs)


def add(start: datetime, amount: timedelta) -> datetime:
    return add_working_time(HOURS, start, amount)


def difference(start: datetime, end: datetime) -> timedelta:
    return working_time_between(HOURS, start, end)


def run(report: Report) -> None:
    """Measure, print, and report the slowest kind of call."""
    numbers = random.Random(11)
    year = datetime(2026, 1, 1, tzinfo=UTC)
    starts = [year + timedelta(seconds=numbers.randrange(365 * 86_400)) for _ in range(STARTS)]
    first = time_calls(add, [(starts[0], timedelta(hours=8))])
    print(f"first call, which builds the table: {first / 1000:.1f} ms")
    medians = {}
    for amount in (timedelta(hours=8), timedelta(hours=800)):
        for ours, loop, calls in (
            (add, loop_add, [(start, amount) for start in starts]),
            (difference, loop_difference, [(start, add(start, amount)) for start in starts]),
        ):
            label = f"{ours.__name__} {amount // timedelta(hours=1)} h"
            medians[label], loop_time = compare(ours, loop, calls)
            print(f"{label:>16}: {medians[label]:.2f} µs, a loop over days {loop_time:.2f} µs")
    slowest = max(medians, key=lambda label: medians[label])
    report.add("hours", medians[slowest], slowest)
