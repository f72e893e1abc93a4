"""Speed of business-hours arithmetic (P11).

Prints the microseconds per call to add and to subtract 8 and 800 hours, next to a plain loop over
days. Both must agree on all results first. The first call, which builds the table, is timed
separately. Two calendars: 12x5 with holidays, and one with a night shift, breaks and exceptions.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall_time
from functools import partial
from zoneinfo import ZoneInfo

from bench.goals import Report
from sla.calendar import Window, WorkingHours, add_working_time, working_time_between
from sla.working_hours import DayException

ZONE = ZoneInfo("America/Sao_Paulo")
HOLIDAYS = frozenset(
    date(year, *day) for year in (2026, 2027) for day in ((1, 1), (5, 1), (9, 7), (12, 25))
)
WEEKDAYS, NIGHT, MIDNIGHT = range(5), 4, 1440  # a night shift begins on Fridays
OFFICE = (480, 1200)  # 08:00 to 20:00, in minutes
BREAKS = ((720, 765), (960, 975))
SHORT_DAY = ((480, 840),)
EXCEPTIONS = {
    date(year, month, day): windows
    for year in (2026, 2027)
    for month, day, windows in (
        (12, 24, SHORT_DAY), (12, 31, SHORT_DAY), (2, 28, ((600, 900),)), (9, 7, ((540, 1020),)),
        (6, 4, ()),
    )
}  # fmt: skip
HOURS = {
    "12x5": WorkingHours(ZONE.key, tuple(Window(day, *OFFICE) for day in WEEKDAYS), HOLIDAYS),
    "full": WorkingHours(
        ZONE.key,
        (*(Window(day, *OFFICE) for day in WEEKDAYS), Window(NIGHT, 1320, 360)),
        HOLIDAYS,
        tuple(DayException(day, windows) for day, windows in EXCEPTIONS.items()),
        tuple(Window(day, *span) for day in range(7) for span in BREAKS),
    ),
}
DAY = timedelta(days=1)
RUNS, STARTS = 9, 400
Spans = list[tuple[int, int]]


def list_spans(name: str, day: date) -> Spans:
    """Return the open minutes that begin on a date, in the most obvious way."""
    if name == "full" and day in EXCEPTIONS:
        return list(EXCEPTIONS[day])
    if day in HOLIDAYS or day.weekday() not in WEEKDAYS:
        return []
    if name != "full":
        return [OFFICE]
    edges = [OFFICE[0], *(edge for each in BREAKS for edge in each), OFFICE[1]]
    spans = list(zip(edges[::2], edges[1::2], strict=True))
    return [*spans, (1320, MIDNIGHT + 360)] if day.weekday() == NIGHT else spans


def loop_over_days(name: str, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield the open hours from `start` on, day by day."""
    day = start.astimezone(ZONE).date() - DAY  # a night shift may still be open
    while True:
        midnight = datetime.combine(day, wall_time(), ZONE)
        for opens, closes in list_spans(name, day):
            begin = (midnight + timedelta(minutes=opens)).astimezone(UTC)
            end = (midnight + timedelta(minutes=closes)).astimezone(UTC)
            if start < end:
                yield max(begin, start), end
        day += DAY


def loop_add(name: str, start: datetime, amount: timedelta) -> datetime:
    for opens, closes in loop_over_days(name, start):
        if amount <= closes - opens:
            return opens + amount
        amount -= closes - opens
    raise AssertionError  # the loop has no end


def loop_difference(name: str, start: datetime, end: datetime) -> timedelta:
    total = timedelta()
    for opens, closes in loop_over_days(name, start):
        if opens >= end:
            break
        total += min(closes, end) - opens
    return total


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


def run(report: Report) -> None:
    """Measure, print, and report the slowest kind of call."""
    numbers = random.Random(11)
    year = datetime(2026, 1, 1, tzinfo=UTC)
    starts = [year + timedelta(seconds=numbers.randrange(365 * 86_400)) for _ in range(STARTS)]
    medians: dict[str, float] = {}
    for name in HOURS:
        medians |= measure(name, starts)
    slowest = max(medians, key=lambda label: medians[label])
    report.add("hours", medians[slowest], slowest)


def measure(name: str, starts: list[datetime]) -> dict[str, float]:
    """Print and return the median microseconds of each kind of call on a calendar."""
    hours, medians = HOURS[name], {}
    add, difference = partial(add_working_time, hours), partial(working_time_between, hours)
    first = time_calls(add, [(starts[0], timedelta(hours=8))])
    print(f"{name}: first call, which builds the table: {first / 1000:.1f} ms")
    for amount in (timedelta(hours=8), timedelta(hours=800)):
        for kind, ours, loop, calls in (
            ("add", add, loop_add, [(start, amount) for start in starts]),
            ("difference", difference, loop_difference, [(s, add(s, amount)) for s in starts]),
        ):
            label = f"{name}, {kind} {amount // timedelta(hours=1)} h"
            medians[label], loop_time = compare(ours, partial(loop, name), calls)
            print(f"{label:>22}: {medians[label]:.2f} µs, a loop over days {loop_time:.2f} µs")
    return medians
