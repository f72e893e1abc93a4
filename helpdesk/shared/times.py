"""Dates, times and durations as people read them, in the active language and time zone.

The formats are in the catalogs, so that each language has its own order and its own clock.
relative_time.js and countdown.js use the same texts (helpdesk/shared/script_texts.py).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.dateformat import format as format_by
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from accounts.zones import get_zone_name

MINUTE, HOUR, DAY, WEEK = 60, 3600, 86_400, 604_800  # seconds

# Translators: the age of something that happened less than a minute ago, in a list.
NOW = pgettext_lazy("age", "now")
# Translators: the same in running text, such as "opened just now".
JUST_NOW = _("just now")
# Translators: a number of minutes, hours or days, as short as possible.
MINUTES = _("%(minutes)sm")
HOURS = _("%(hours)sh")
HOURS_MINUTES = _("%(hours)sh %(minutes)sm")
DAYS = _("%(days)sd")
DAYS_HOURS = _("%(days)sd %(hours)sh")
# Translators: the time is such as "45m" or "2d 4h".
AGO = _("%(time)s ago")
DUE_IN = _("due in %(time)s")
OVERDUE = _("%(time)s overdue")


def to_iso(at: datetime | None) -> str:
    """Return a time for the ``datetime`` attribute, "" for None."""
    return at.isoformat(timespec="seconds") if at else ""


def format_datetime(at: datetime) -> str:
    """Return a date and time for running text: "Thu, Nov 26, 5:45 AM"."""
    # Translators: Django's date format characters. "D, M j, g:i A" is "Thu, Nov 26, 5:45 AM".
    return format_by(timezone.localtime(at), pgettext("date format", "D, M j, g:i A"))


def format_full_datetime(at: datetime) -> str:
    """Return a time in full: "Thursday, November 26, 2026, 5:45 AM UTC-03"."""
    local = timezone.localtime(at)
    # Translators: Django's date format characters.
    text = format_by(local, pgettext("date format", "l, F j, Y, g:i A"))
    return f"{text} {get_zone_name(local)}"


def format_full_date(at: datetime) -> str:
    """Return a date in full: "Thursday, November 26, 2026"."""
    # Translators: Django's date format characters.
    return format_by(timezone.localtime(at), pgettext("date format", "l, F j, Y"))


def format_time(at: datetime) -> str:
    """Return a time of day: "5:45 AM"."""
    # Translators: Django's date format characters.
    return format_by(timezone.localtime(at), pgettext("date format", "g:i A"))


def format_age(at: datetime, *, now: datetime) -> str:
    """Return how long ago a time was: "now", "5m", "3h", "2d"; the date from a week on."""
    seconds = (now - at).total_seconds()
    if seconds < MINUTE:
        return str(NOW)
    return _format_largest_unit(seconds) if seconds < WEEK else _format_short_date(at, now)


def format_ago(at: datetime, *, now: datetime) -> str:
    """Return how long ago a time was, in running text: "just now", "5m ago", "Nov 10"."""
    seconds = (now - at).total_seconds()
    if seconds < MINUTE:
        return str(JUST_NOW)
    if seconds < WEEK:
        return AGO % {"time": _format_largest_unit(seconds)}
    return _format_short_date(at, now)


def _format_short_date(at: datetime, now: datetime) -> str:
    local = timezone.localtime(at)
    is_this_year = local.year == timezone.localtime(now).year
    # Translators: Django's date format characters: "Nov 26" and "Nov 26, 2025".
    form = pgettext("date format", "M j") if is_this_year else pgettext("date format", "M j, Y")
    return format_by(local, form)


def format_timespan(span: timedelta) -> str:
    """Return the size of a span, without its sign: "5m", "3h 10m", "2d 4h"; at least "1m"."""
    seconds = abs(span.total_seconds())
    rest = seconds % HOUR // MINUTE if seconds < DAY else seconds % DAY // HOUR
    if seconds < HOUR or not rest:
        return _format_largest_unit(max(seconds, MINUTE))
    if seconds < DAY:
        return HOURS_MINUTES % {"hours": int(seconds // HOUR), "minutes": int(rest)}
    return DAYS_HOURS % {"days": int(seconds // DAY), "hours": int(rest)}


def _format_largest_unit(seconds: float) -> str:
    if seconds < HOUR:
        return MINUTES % {"minutes": int(seconds // MINUTE)}
    if seconds < DAY:
        return HOURS % {"hours": int(seconds // HOUR)}
    return DAYS % {"days": int(seconds // DAY)}


def format_time_left(left: timedelta) -> str:
    """Return how a deadline stands: "due in 45m" or, for a negative span, "2h overdue"."""
    text = OVERDUE if left < timedelta(0) else DUE_IN
    return text % {"time": format_timespan(left)}
