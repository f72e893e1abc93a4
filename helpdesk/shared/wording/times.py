"""Dates, times and durations as people read them, in the active language and time zone.

The formats are in the catalogs, so that each language has its own order and its own clock.
relative_time.js and countdown.js use the same texts (helpdesk/shared/wording/script_texts.py).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.dateformat import format as format_by
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.places.languages import get_desk_time_zone
from accounts.places.zones import get_zone_name
from helpdesk.shared.wording.text_cache import MAX_TEXTS, cached_per_language

MINUTE, HOUR, DAY, WEEK = 60, 3600, 86_400, 604_800  # seconds

# Translators: the age of something that happened less than a minute ago, in a list.
NOW = pgettext_lazy("age", "now")
# Translators: the same in running text, such as "opened just now".
JUST_NOW = _("just now")
# Translators: a number of minutes, hours or days, as short as possible.
MINUTES = _("%(minutes)sm")
HOURS = _("%(hours)sh")
SECONDS = _("%(seconds)ss")
HOURS_MINUTES = _("%(hours)sh %(minutes)sm")
DAYS = _("%(days)sd")
DAYS_HOURS = _("%(days)sd %(hours)sh")
COUNTS = {"minutes": MINUTES, "hours": HOURS, "days": DAYS}
# Translators: the time is such as "45m" or "2d 4h".
AGO = _("%(time)s ago")
DUE_IN = _("due in %(time)s")
OVERDUE = _("%(time)s overdue")


# Translators: Django's date format characters. "D, M j, g:i A" is "Thu, Nov 26, 5:45 AM".
FORMS = {
    "datetime": pgettext_lazy("date format", "D, M j, g:i A"),
    "full datetime": pgettext_lazy("date format", "l, F j, Y, g:i A"),
    "full date": pgettext_lazy("date format", "l, F j, Y"),
    "day": pgettext_lazy("date format", "D, M j"),
    "time": pgettext_lazy("date format", "g:i A"),
    "date": pgettext_lazy("date format", "M j"),
    "date and year": pgettext_lazy("date format", "M j, Y"),
}


def to_iso(at: datetime | None) -> str:
    """Return a time for the ``datetime`` attribute, "" for None."""
    return at.isoformat(timespec="seconds") if at else ""


def format_datetime(at: datetime) -> str:
    """Return a date and time for running text: "Thu, Nov 26, 5:45 AM"."""
    return _format(at, "datetime")


def format_full_datetime(at: datetime) -> str:
    """Return a time in full: "Thursday, November 26, 2026, 5:45 AM UTC-03"."""
    return f"{_format(at, 'full datetime')} {get_zone_name(timezone.localtime(at))}"


def format_title(at: datetime) -> str:
    """Return a time in full for a title attribute, in the desk's zone too if it differs (M80).

    "Thursday, November 26, 2026, 9:45 AM CET (5:45 AM UTC-03)"; with a date if the day differs.
    """
    text, zone = format_full_datetime(at), get_desk_time_zone()
    local = timezone.localtime(at)
    there = at.astimezone(ZoneInfo(zone)) if zone else local
    if there.utcoffset() == local.utcoffset():
        return text
    with timezone.override(zone):
        form = "time" if there.date() == local.date() else "datetime"
        return f"{text} ({_format(at, form)} {get_zone_name(there)})"


def remember_titles() -> Callable[[datetime], str]:
    """Return a cached format_title for the active language and zones.

    For lists, where looking up language and zone for each row would take most of the time.
    """
    locale = (get_language(), timezone.get_current_timezone(), get_desk_time_zone())
    return lambda at: _remember_title(locale, at.replace(second=0, microsecond=0))


@lru_cache(maxsize=MAX_TEXTS)
def _remember_title(locale: Hashable, at: datetime) -> str:
    return format_title(at)


def format_full_date(at: datetime) -> str:
    """Return a date in full: "Thursday, November 26, 2026"."""
    return _format(at, "full date")


def format_day(at: datetime) -> str:
    """Return a day for running text: "Thu, Nov 26"."""
    return _format(at, "day")


def format_time(at: datetime) -> str:
    """Return a time of day: "5:45 AM"."""
    return _format(at, "time")


def _format(at: datetime, form: str) -> str:
    """Format a time by a key of FORMS, in the active language and zone."""
    local = timezone.localtime(at)
    return _format_minute(local.replace(second=0, microsecond=0, tzinfo=None), form)


@cached_per_language
def _format_minute(local: datetime, form: str) -> str:
    return format_by(local, str(FORMS[form]))


def format_age(at: datetime, *, now: datetime) -> str:
    """Return how long ago a time was: "now", "5m", "3h", "2d"; the date from a week on."""
    seconds = (now - at).total_seconds()
    if seconds < MINUTE:
        return str(NOW)
    return _format_largest_unit(seconds) if seconds < WEEK else _format_short_date(at, now)


def format_elapsed(at: datetime, *, now: datetime) -> str:
    """Return how long something has lasted: "now", "5m", "3h"; in days however long it is."""
    seconds = (now - at).total_seconds()
    return str(NOW) if seconds < MINUTE else _format_largest_unit(seconds)


def format_ago(at: datetime, *, now: datetime) -> str:
    """Return how long ago a time was, in running text: "just now", "5m ago", "Nov 10"."""
    seconds = (now - at).total_seconds()
    if seconds < MINUTE:
        return str(JUST_NOW)
    if seconds < WEEK:
        return AGO % {"time": _format_largest_unit(seconds)}
    return _format_short_date(at, now)


def _format_short_date(at: datetime, now: datetime) -> str:
    is_this_year = timezone.localtime(at).year == timezone.localtime(now).year
    return _format(at, "date" if is_this_year else "date and year")


def format_timespan(span: timedelta) -> str:
    """Return the size of a span, without its sign: "5m", "3h 10m", "2d 4h"; at least "1m"."""
    return _format_minutes(max(1, int(abs(span.total_seconds()) // MINUTE)))


@cached_per_language
def _format_minutes(minutes: int) -> str:
    seconds = minutes * MINUTE
    rest = seconds % HOUR // MINUTE if seconds < DAY else seconds % DAY // HOUR
    if seconds < HOUR or not rest:
        return _format_largest_unit(seconds)
    if seconds < DAY:
        return HOURS_MINUTES % {"hours": seconds // HOUR, "minutes": rest}
    return DAYS_HOURS % {"days": seconds // DAY, "hours": rest}


def format_exact(seconds: int) -> str:
    """Return a length of time to the second, in hours at most: "1h 30m", "48h", "5m 2s", "0m"."""
    hours, rest = divmod(seconds, HOUR)
    counts = {"hours": hours, "minutes": rest // MINUTE, "seconds": rest % MINUTE}
    units = ((HOURS, "hours"), (MINUTES, "minutes"), (SECONDS, "seconds"))
    texts = [str(text % {unit: counts[unit]}) for text, unit in units if counts[unit]]
    return " ".join(texts) or str(MINUTES % {"minutes": 0})


def _format_largest_unit(seconds: float) -> str:
    if seconds < HOUR:
        return _format_count("minutes", int(seconds // MINUTE))
    if seconds < DAY:
        return _format_count("hours", int(seconds // HOUR))
    return _format_count("days", int(seconds // DAY))


@cached_per_language
def _format_count(unit: str, count: int) -> str:
    return str(COUNTS[unit] % {unit: count})


def format_time_left(left: timedelta) -> str:
    """Return the time to a deadline: "due in 45m" or, for a negative span, "2h overdue"."""
    return _format_left(format_timespan(left), left < timedelta(0))


@cached_per_language
def _format_left(time: str, is_overdue: bool) -> str:
    return (OVERDUE if is_overdue else DUE_IN) % {"time": time}
