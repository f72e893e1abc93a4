"""Working-time arithmetic: pure and exact to the microsecond (M44, M45, M109).

No database, settings or clock. One rule: a calendar is open at an instant exactly if the wall
clock of its time zone then shows a minute inside a window. Everything else follows from it.

- Windows are half-open: open at the first minute, closed at the last. Windows that overlap or touch
  are one.
- A holiday is a local date on which no window starts. A window that started the evening before
  stays open into the holiday until its own end. One that would have started on the holiday is
  missing completely, including the part after the next midnight.
- An exception is a date with windows of its own, or none: they replace the weekly ones of that date
  and beat a holiday. A shorter day, an extra day and a closed day are all exceptions.
- A break cuts out of whatever is open then, also out of a window of the day before. Breaks belong
  to weekdays: on a date with an exception none starts, since its windows are meant as written.
- Working time is elapsed real time. In spring, minutes that the wall clock skips can't be worked: a
  window across the gap is shorter, and one that starts or ends inside it starts or ends at the
  jump. In fall, minutes shown twice count twice: a window across the repeated hour is longer, and
  one that starts or ends inside it is open in both passes of its minutes.

Results are in UTC. Instants must be aware and in 1970..2099 (else ValueError). A question costs two
binary searches in a table of open spans, built at the first question and widened when needed (P11).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from accounts.places.spans import merge_spans
from sla.working_hours import Window as Window
from sla.working_hours import WorkingHours as WorkingHours

DAY = timedelta(days=1)
ZERO = timedelta()
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
HORIZON = timedelta(days=10 * 366)


class NeverOpensError(Exception):
    """The calendar has no windows, or too few within HORIZON (ten years) of the start."""


class Segment(NamedTuple):
    """An unbroken open span [start, end), in UTC."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        return self.end - self.start


def add_working_time(hours: WorkingHours, start: datetime, amount: timedelta) -> datetime:
    """Return the earliest instant at which `amount` of working time has passed (M109).

    Time used up at closing ends at that closing, not at the next opening. No time at all ends at
    `start`, open or not. The exact inverse of working_time_between. ValueError for a negative
    amount; NeverOpensError for a calendar without windows or a deadline beyond HORIZON.
    """
    if amount < ZERO:
        raise ValueError("working time to add must not be negative")
    start = _to_utc(start)
    openings = _openings_of(hours)
    table = openings.covering(start, start)
    while (target := table.worked_until(start) + amount) > table.before[-1]:
        table = openings.searched_further(table, start)
    deadline = table.instant_of(target) if amount else start
    if deadline - start > HORIZON or not hours.has_openings:
        raise _never_opens(hours, start)  # even if the table has the answer: no cache decides
    return deadline


def working_time_between(hours: WorkingHours, start: datetime, end: datetime) -> timedelta:
    """Return the working time in [start, end); its negative if `end` is before `start`.

    So between(a, c) == between(a, b) + between(b, c) in any order. Zero without windows.
    """
    start, end = _to_utc(start), _to_utc(end)
    table = _openings_of(hours).covering(min(start, end), max(start, end))
    return table.worked_until(end) - table.worked_until(start)


def list_segments(hours: WorkingHours, start: datetime, end: datetime) -> list[Segment]:
    """Return the open spans of [start, end), which add up to working_time_between.

    ValueError if `end` is before `start`.
    """
    start, end = _to_utc(start), _to_utc(end)
    if end < start:
        raise ValueError("the end must not be before the start")
    table = _openings_of(hours).covering(start, end)
    touched = slice(max(bisect_right(table.opens, start) - 1, 0), bisect_left(table.opens, end))
    spans = zip(table.opens[touched], table.closes[touched], strict=True)
    pieces = (Segment(max(opens, start), min(closes, end)) for opens, closes in spans)
    return [piece for piece in pieces if piece.start < piece.end]


@dataclass(frozen=True, slots=True)
class _Table:
    """The open spans of one calendar within [since, until), disjoint and in order.

    `before[i]` is the working time from `since` to `opens[i]`; the last entry is that of all spans.
    """

    since: datetime
    until: datetime
    opens: list[datetime]
    closes: list[datetime]
    before: list[timedelta]

    def worked_until(self, at: datetime) -> timedelta:
        """Return the working time in [since, at)."""
        index = bisect_right(self.opens, at) - 1
        if index < 0:
            return ZERO
        return self.before[index] + (min(at, self.closes[index]) - self.opens[index])

    def instant_of(self, worked: timedelta) -> datetime:
        """Return the first instant with that much worked; needs ZERO < worked <= before[-1]."""
        index = bisect_left(self.before, worked) - 1
        return self.opens[index] + (worked - self.before[index])


class _Openings:
    """Keeps the widest table so far of one calendar.

    Tables are replaced, never changed, and callers keep the one they got: threads need no lock.
    """

    def __init__(self, hours: WorkingHours) -> None:
        self.hours = hours
        self.table: _Table | None = None

    def covering(self, first: datetime, last: datetime) -> _Table:
        """Return a table that covers both instants; ValueError outside EARLIEST..LATEST."""
        table = self.table
        if table is None or first < table.since or last >= table.until:
            table = self.table = self._build_wider(first, last)
        return table

    def searched_further(self, table: _Table, start: datetime) -> _Table:
        """Return a table twice as long; NeverOpensError if this one reaches to HORIZON."""
        limit = min(start + HORIZON, LATEST - timedelta.resolution)
        if table.until > limit or not self.hours.has_openings:
            raise _never_opens(self.hours, start)
        return self.covering(start, min(table.until + (table.until - table.since), limit))

    def _build_wider(self, first: datetime, last: datetime) -> _Table:
        if first < EARLIEST or last >= LATEST:
            raise ValueError(f"working time is known from {EARLIEST:%Y} to {LATEST.year - 1} only")
        since = max(EARLIEST, datetime(first.year - 1, 1, 1, tzinfo=UTC))
        until = min(LATEST, datetime(last.year + 2, 1, 1, tzinfo=UTC))
        if self.table is not None:
            since, until = min(since, self.table.since), max(until, self.table.until)
        return _build_table(self.hours, since, until)


@lru_cache(maxsize=256)
def _openings_of(hours: WorkingHours) -> _Openings:
    return _Openings(hours)


def _build_table(hours: WorkingHours, since: datetime, until: datetime) -> _Table:
    zone = ZoneInfo(hours.time_zone)
    breaks = merge_spans(_raw_segments(zone, hours.breaks_on, since, until), Segment)
    windows = merge_spans(_raw_segments(zone, hours.windows_on, since, until), Segment)
    spans = list(_cut_out(windows, breaks)) if breaks else windows
    before = list(accumulate((span.length for span in spans), initial=ZERO))
    return _Table(
        since, until, [span.start for span in spans], [span.end for span in spans], before
    )


def _raw_segments(
    zone: ZoneInfo,
    list_windows: Callable[[date], tuple[Window, ...]],
    since: datetime,
    until: datetime,
) -> Iterator[Segment]:
    """Yield the windows of [since, until) in UTC, cut where the zone's offset changes (DST)."""
    for start, end in pairwise([since, *_offset_changes(zone, since, until), until]):
        offset = _offset_at(zone, start)
        # A window ends by the second midnight: only the day before can reach in.
        for number in range((start + offset).toordinal() - 1, (end + offset).toordinal() + 1):
            day = date.fromordinal(number)
            midnight = datetime.combine(day, time(), UTC) - offset
            for window in list_windows(day):
                opens, closes = (midnight + wall for wall in window.span())
                if max(opens, start) < min(closes, end):
                    yield Segment(max(opens, start), min(closes, end))


def _cut_out(spans: list[Segment], breaks: list[Segment]) -> Iterator[Segment]:
    """Yield the spans without the breaks; both are disjoint and in order."""
    cuts = deque(breaks)
    for start, end in spans:
        while cuts and cuts[0].start < end:
            if start < cuts[0].start:
                yield Segment(start, cuts[0].start)
            start = max(start, cuts[0].end)
            if start > end:  # it may cut the next span too
                break
            cuts.popleft()
        if start < end:
            yield Segment(start, end)


def _offset_changes(zone: ZoneInfo, since: datetime, until: datetime) -> Iterator[datetime]:
    """Yield the instants in (since, until] at which the UTC offset changes: once a day at most."""
    for day in (since + DAY * number for number in range((until - since) // DAY)):
        if _offset_at(zone, day) != _offset_at(zone, day + DAY):
            yield _find_change(zone, day)


def _find_change(zone: ZoneInfo, day: datetime) -> datetime:
    def has_changed(second: int) -> bool:
        return _offset_at(zone, day + timedelta(seconds=second)) != _offset_at(zone, day)

    return day + timedelta(
        seconds=bisect_left(range(DAY // timedelta(seconds=1)), True, key=has_changed)
    )


def _offset_at(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or ZERO


def _to_utc(at: datetime) -> datetime:
    if at.utcoffset() is None:
        raise ValueError("working time needs an aware datetime")
    return at.astimezone(UTC)


def _never_opens(hours: WorkingHours, start: datetime) -> NeverOpensError:
    return NeverOpensError(
        f"{hours.time_zone}: not open long enough within ten years of {start:%Y-%m-%d}"
    )
