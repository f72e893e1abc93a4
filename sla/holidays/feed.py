"""Holidays of an iCalendar feed (RFC 5545). Pure, and bounded whatever the feed says.

Only all-day events close a day; timed, canceled and overlong ones are skipped and counted. A
series repeats by year, month or week: no holiday comes back more often, and a rule that does could
keep a worker busy for hours.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from icalendar import Calendar, Event, vRecur
from recurring_ical_events import of as find_occurrences_of

from sla.holidays.failures import SourceError, SourceProblem
from sla.holidays.found import Found

MAX_MIB = 2
MAX_EVENTS = 5_000
MAX_SPAN = timedelta(days=31)  # of one event
MAX_A_YEAR = 60  # holidays
SECONDS_FOR_SERIES = 5.0  # of computing time
DAY = timedelta(days=1)
RULE_PARTS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTH", "BYMONTHDAY"}
FREQUENCIES = {"YEARLY", "MONTHLY", "WEEKLY"}


@dataclass(frozen=True)
class Feed:
    """Holidays of a feed in a span of dates. skipped: events that close no day, or can't."""

    found: list[Found]
    skipped: int


def read_feed(body: bytes, since: date, until: date) -> Feed:
    """Return the holidays from `since` to `until`, one for each date, in order.

    Raises SourceError for a body that is no feed, or that closes more days than a year's holidays.
    """
    if len(body) > MAX_MIB * 1024 * 1024:
        raise SourceError(SourceProblem.LARGE_FEED, {"limit": MAX_MIB})
    if body.upper().count(b"BEGIN:VEVENT") > MAX_EVENTS:  # names are case-insensitive
        raise SourceError(SourceProblem.MANY_EVENTS, {"limit": MAX_EVENTS})
    reader = _Reader(since, until)
    reader.read(_parse_events(body))
    found = [Found.make(day, ", ".join(names)) for day, names in sorted(reader.names.items())]
    for year, count in Counter(one.date.year for one in found).items():
        if count > MAX_A_YEAR:
            raise SourceError(SourceProblem.MANY_HOLIDAYS, {"limit": MAX_A_YEAR, "year": year})
    return Feed(found, reader.skipped)


def _parse_events(body: bytes) -> list[Any]:
    try:
        feed = Calendar.from_ical(body)
    except (ValueError, LookupError, TypeError, AttributeError) as error:  # of a malformed one
        raise SourceError(SourceProblem.NOT_A_FEED) from error
    if feed.name != "VCALENDAR":
        raise SourceError(SourceProblem.NOT_A_FEED)
    return list(feed.walk("VEVENT"))


class _Reader:
    """Collects the names of each date within [since, until]."""

    def __init__(self, since: date, until: date) -> None:
        self.since, self.until = since, until
        self.names: dict[date, dict[str, None]] = defaultdict(dict)
        self.skipped = 0
        self.ends_at = time.process_time() + SECONDS_FOR_SERIES

    def read(self, events: Iterable[Event]) -> None:
        """Read single events, and series together with their changed occurrences."""
        by_uid: dict[str, list[Event]] = defaultdict(list)
        for number, event in enumerate(events):
            by_uid[str(event.get("UID", number))].append(event)
        for parts in by_uid.values():
            if any("RRULE" in part or "RDATE" in part for part in parts):
                self._read_series(parts)
            else:
                for part in parts:
                    self._read_one(part)

    def _read_one(self, event: Event) -> None:
        span = _get_span(event)
        if span is None:
            self.skipped += 1
            return
        first, end = span
        for number in range((end - first).days):
            day = first + number * DAY
            if self.since <= day <= self.until:
                self.names[day][str(event.get("SUMMARY", ""))] = None

    def _read_series(self, parts: list[Event]) -> None:
        if not all(map(_is_series_allowed, parts)) or time.process_time() > self.ends_at:
            self.skipped += 1
            return
        calendar = Calendar()
        for part in parts:
            calendar.add_component(part)
        try:
            occurrences = find_occurrences_of(calendar).between(self.since, self.until + DAY)
        except (ValueError, LookupError, TypeError, AttributeError, OverflowError):  # malformed
            self.skipped += 1
            return
        for occurrence in occurrences:
            self._read_one(occurrence)


def _get_span(event: Event) -> tuple[date, date] | None:
    """Return the first date and the one after the last, or None for an event that closes no day."""
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return None
    try:
        start, end = event.start, event.end
    except (ValueError, TypeError, AttributeError, OverflowError):  # incomplete or malformed
        return None
    if isinstance(start, datetime) or isinstance(end, datetime) or start == date.max:
        return None
    end = max(end, start + DAY)  # some write the last date, or none
    return (start, end) if end - start <= MAX_SPAN else None


def _is_series_allowed(event: Event) -> bool:
    rules = event.get("RRULE", [])
    return _get_span(event) is not None and all(
        map(_is_rule_allowed, rules if isinstance(rules, list) else [rules])
    )


def _is_rule_allowed(rule: Any) -> bool:
    if not isinstance(rule, vRecur) or not {part.upper() for part in rule} <= RULE_PARTS:
        return False
    return str(rule.get("FREQ", [""])[0]).upper() in FREQUENCIES and all(
        interval >= 1 for interval in rule.get("INTERVAL", [1])
    )
