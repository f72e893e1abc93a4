"""A clock's run: when it is due, what of it is used, and every part of its time. Pure.

No database, settings or clock. A run is an amount of working time, counted from an instant in the
hours of a calendar and outside its pauses. A clock of a promised time without a calendar counts
around the clock: pass WorkingHours.always().

The three functions agree to the microsecond: the counted parts of a run up to its deadline add up
to its amount, and up to any instant to what is used then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sla.calendar import (
    DAY,
    ZERO,
    WorkingHours,
    add_working_time,
    list_segments,
    working_time_between,
)


class Reason(StrEnum):
    """Reasons why a part of a run counts or not. Pauses have their own (see Pause)."""

    OPEN = "open"
    BEFORE_OPENING = "before_opening"  # on a day that opens later
    BREAK = "break"  # between two openings of a day
    AFTER_CLOSING = "after_closing"  # on a day that was open before
    CLOSED = "closed"  # over a night, or on days that never open
    HOLIDAY = "holiday"  # a date on which nothing opens
    EXCEPTION = "exception"  # closed on a date that has hours of its own
    WAITING = "waiting_for_customer"
    STATE = "state"  # in a state in which the desk pauses its clocks
    HOLD = "hold"
    TICKET_CLOSED = "ticket_closed"  # between closing and reopening


class Pause(NamedTuple):
    """A span [start, end) that doesn't count; an open one has no end yet.

    Where pauses overlap, the one that began first gives the reason.
    """

    start: datetime
    end: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Run:
    """A clock's run: `seconds` of working time from `started_at`, outside of its pauses.

    Instants are kept in UTC: those of one zone would be compared by its wall clock.
    """

    started_at: datetime
    seconds: float
    pauses: tuple[Pause, ...] = ()

    def __post_init__(self) -> None:
        pauses = (
            Pause(_to_utc(start), end and _to_utc(end), reason)
            for start, end, reason in self.pauses
        )
        object.__setattr__(self, "started_at", _to_utc(self.started_at))
        object.__setattr__(self, "pauses", tuple(sorted(pauses, key=lambda pause: pause.start)))

    @property
    def amount(self) -> timedelta:
        return timedelta(seconds=self.seconds)


class Part(NamedTuple):
    """An unbroken span [start, end) of a run, whether it counts, and why.

    `name` is that of the holiday, or of the date with hours of its own.
    """

    start: datetime
    end: datetime
    counts: bool
    reason: str
    name: str = ""

    @property
    def length(self) -> timedelta:
        return self.end - self.start


def read_pauses(stored: Sequence[Sequence[Any]]) -> tuple[Pause, ...]:
    """Return pauses from [from, to or null, reason], as clocks and their entries store them."""
    return tuple(
        Pause(
            datetime.fromisoformat(start),
            datetime.fromisoformat(end) if end else None,
            reason,
        )
        for start, end, reason in stored
    )


def find_due(run: Run, hours: WorkingHours) -> datetime | None:
    """Return when the run's time is used up, or None while it is paused before that.

    Time used up at closing is due at that closing. Raises NeverOpensError as add_working_time does.
    """
    cursor, left = run.started_at, run.amount
    for pause in _list_pauses(run):
        worked = working_time_between(hours, cursor, pause.start)
        if worked >= left:
            break
        if pause.end is None:
            return None
        left -= worked
        cursor = pause.end
    return add_working_time(hours, cursor, left)


def count_used(run: Run, hours: WorkingHours, at: datetime) -> timedelta:
    """Return the working time used at an instant: zero before the start, more than due if late."""
    used, cursor, at = ZERO, run.started_at, _to_utc(at)
    for pause in _list_pauses(run, until=at):
        used += working_time_between(hours, cursor, pause.start)
        cursor = pause.end or at
    return used + working_time_between(hours, cursor, max(cursor, at))


def list_parts(run: Run, hours: WorkingHours, at: datetime) -> list[Part]:
    """Return the parts of a run from its start to an instant, without gaps and in order.

    A pause is one part, open hours or not. Closed time is cut at local midnights only around
    holidays and dates with hours of their own.
    """
    parts: list[Part] = []
    cursor, at = run.started_at, _to_utc(at)
    for pause in _list_pauses(run, until=at):
        parts += _list_by_calendar(hours, cursor, pause.start)
        cursor = pause.end or at
        parts.append(Part(pause.start, cursor, False, pause.reason))
    return [*parts, *_list_by_calendar(hours, cursor, max(cursor, at))]


def _list_pauses(run: Run, until: datetime | None = None) -> Iterator[Pause]:
    """Yield the pauses after the start, in order, none empty or overlapping, cut at `until`."""
    cursor = run.started_at
    for start, end, reason in run.pauses:
        if until is not None:
            end = min(end or until, until)
        start = max(start, cursor)
        if end is not None and end <= start:
            continue
        yield Pause(start, end, reason)
        if end is None:
            return
        cursor = end


def _list_by_calendar(hours: WorkingHours, start: datetime, end: datetime) -> Iterator[Part]:
    cursor = start
    for opened in list_segments(hours, start, end):
        yield from _list_closed(hours, cursor, opened.start)
        yield Part(opened.start, opened.end, True, Reason.OPEN)
        cursor = opened.end
    yield from _list_closed(hours, cursor, end)


def _list_closed(hours: WorkingHours, start: datetime, end: datetime) -> Iterator[Part]:
    """Yield the parts of a span in which the calendar is closed throughout."""
    pieces = _cut_at_midnights(ZoneInfo(hours.time_zone), start, end)
    by_cause = groupby(pieces, key=lambda piece: _find_special(hours, piece[0]))
    for (special, name), grouped in by_cause:
        group = list(grouped)
        first, last = group[0][1], group[-1][2]
        reason = special or _explain_closed(hours, group[0][0], first, last)
        yield Part(first, last, False, reason, name)


def _find_special(hours: WorkingHours, day: date) -> tuple[Reason | None, str]:
    """Return why a date differs from its weekday, and its name."""
    if hours.is_holiday(day):
        return Reason.HOLIDAY, hours.name_of(day)
    if hours.is_exception(day):
        return Reason.EXCEPTION, hours.name_of(day)
    return None, ""


def _explain_closed(hours: WorkingHours, day: date, start: datetime, end: datetime) -> Reason:
    """Return why a span without special dates is closed: by what its day opens before and after."""
    zone = ZoneInfo(hours.time_zone)
    midnight, next_midnight = _find_midnight(zone, day), _find_midnight(zone, day + DAY)
    if end > next_midnight:
        return Reason.CLOSED
    opens_later = working_time_between(hours, end, max(end, next_midnight)) > ZERO
    opened_before = working_time_between(hours, min(midnight, start), start) > ZERO
    if opened_before:
        return Reason.BREAK if opens_later else Reason.AFTER_CLOSING
    return Reason.BEFORE_OPENING if opens_later else Reason.CLOSED


def _to_utc(at: datetime) -> datetime:
    if at.utcoffset() is None:
        raise ValueError("a run needs aware datetimes")
    return at.astimezone(UTC)


def _cut_at_midnights(
    zone: ZoneInfo, start: datetime, end: datetime
) -> Iterator[tuple[date, datetime, datetime]]:
    """Yield the span's pieces by local date."""
    while start < end:
        day = start.astimezone(zone).date()
        midnight = _find_midnight(zone, day + DAY)
        if midnight <= start:  # clocks went back over a midnight, which comes a second time
            midnight = _find_midnight(zone, day + DAY, fold=1)
        cut = min(midnight, end) if midnight > start else end
        yield day, start, cut
        start = cut


def _find_midnight(zone: ZoneInfo, day: date, fold: int = 0) -> datetime:
    """Return the instant at which a local date begins; for a skipped midnight, the jump."""
    return datetime.combine(day, time(fold=fold), zone).astimezone(UTC)
