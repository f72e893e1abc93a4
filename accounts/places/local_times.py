"""Times of day as minutes after local midnight. Pure: no database, no clock."""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
MINUTES_IN_DAY = 24 * 60


def format_clock(minute: int) -> str:
    """Format minutes after midnight as HH:MM; the end of the day is 24:00."""
    return f"{minute // 60:02}:{minute % 60:02}"


def find_instant(day: date, minute: int, time_zone: str) -> datetime:
    """Return the instant, in UTC, at which the clock of a zone shows a minute of a local day.

    minute: 1440 and more are on the next day. Of a time shown twice, the first; of a skipped time,
    the moment of the jump, to the second.
    """
    zone = ZoneInfo(time_zone)
    wanted = datetime.combine(day, time()) + minute * MINUTE
    found = wanted.replace(tzinfo=zone).astimezone(UTC)
    if _show(found, zone) == wanted:
        return found
    earlier = wanted.replace(tzinfo=zone, fold=1).astimezone(UTC)  # before the jump
    seconds = bisect_left(
        range((found - earlier) // timedelta(seconds=1)),
        True,
        key=lambda number: _show(earlier + timedelta(seconds=number), zone) >= wanted,
    )
    return earlier + timedelta(seconds=seconds)


def _show(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None)
