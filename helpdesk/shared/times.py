"""Times as people read them: short for lists, whole for titles. All in the time zone that the request entered."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.zones import get_zone_name

MINUTE, HOUR, DAY = 60, 3600, 86_400


def to_iso(at: datetime | None) -> str:
    """For the ``datetime`` attribute; "" for none."""
    return at.isoformat(timespec="seconds") if at else ""


def format_datetime(at: datetime) -> str:
    """Such as "Mon 23 Nov, 15:00"."""
    local = timezone.localtime(at)
    return f"{local:%a} {local.day} {local:%b}, {local:%H:%M}"


def format_full_datetime(at: datetime) -> str:
    """Such as "Monday 23 November 2026, 15:00 UTC-03"."""
    local = timezone.localtime(at)
    return f"{local:%A} {local.day} {local:%B %Y}, {local:%H:%M} {get_zone_name(local)}"


def format_full_date(at: datetime) -> str:
    """Such as "Monday 23 November 2026"."""
    local = timezone.localtime(at)
    return f"{local:%A} {local.day} {local:%B %Y}"


def format_time(at: datetime) -> str:
    """Such as "15:00"."""
    return f"{timezone.localtime(at):%H:%M}"


def format_age(at: datetime, *, now: datetime) -> str:
    """How long ago: "now", "5 min", "3 h", "2 d"; from a week on the day. relative_time.js keeps it going."""
    seconds = (now - at).total_seconds()
    if seconds < MINUTE:
        return "now"
    if seconds < HOUR:
        return f"{int(seconds // MINUTE)} min"
    if seconds < DAY:
        return f"{int(seconds // HOUR)} h"
    if seconds < 7 * DAY:
        return f"{int(seconds // DAY)} d"
    local = timezone.localtime(at)
    return f"{local.day} {local:%b}" if local.year == now.year else f"{local.day} {local:%b %Y}"


def format_timespan(span: timedelta) -> str:
    """The size of a span: "5 min", "3 h 10 min", "2 d 4 h"; countdown.js counts in the same words."""
    seconds = abs(span.total_seconds())
    if seconds < HOUR:
        return f"{max(1, int(seconds // MINUTE))} min"
    if seconds < DAY:
        return _with_rest(seconds, HOUR, "h", MINUTE, "min")
    return _with_rest(seconds, DAY, "d", HOUR, "h")


def _with_rest(seconds: float, unit: int, word: str, lesser: int, lesser_word: str) -> str:
    whole, rest = f"{int(seconds // unit)} {word}", int(seconds % unit // lesser)
    return f"{whole} {rest} {lesser_word}" if rest else whole
