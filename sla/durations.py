"""Targets as people write them: "8h", "1h 30m", "next business day by 18:00". Pure."""

from __future__ import annotations

import re
from datetime import time
from typing import NamedTuple

from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

_PART = re.compile(r"(\d+(?:[.,]\d+)?)\s*(h(?:ours?|rs?)?|m(?:in(?:utes?)?)?)\b", re.IGNORECASE)
_DAYS = re.compile(
    r"(?P<days>next|\d{1,4})\s+business\s+days?(?:\s+by\s+(?P<hour>\d{1,2}):(?P<minute>\d\d))?",
    re.IGNORECASE,
)
MAX_MINUTES = 60 * 24 * 365
MAX_DAYS = 365
ROUNDING = 0.001  # minutes by which a fraction of an hour may miss a whole minute
END_OF_DAY = 1440  # by_minute: until the calendar closes on that day


class InvalidDurationError(ValueError):
    """The text isn't a duration; the message explains the format."""


def format_duration(minutes: int) -> str:
    """Return whole minutes in the active language: 480 is "8h", 90 is "1h 30m"."""
    hours, rest = divmod(minutes, 60)
    named = {"hours": hours, "minutes": rest}
    if not hours:
        return pgettext("duration", "%(minutes)sm") % named
    if not rest:
        return pgettext("duration", "%(hours)sh") % named
    return pgettext("duration", "%(hours)sh %(minutes)sm") % named


def format_duration_input(minutes: int) -> str:
    """Return whole minutes for a form field: as format_duration, but readable by parse_duration."""
    hours, rest = divmod(minutes, 60)
    return " ".join(
        [*([f"{hours}h"] if hours else []), *([f"{rest}m"] if rest or not hours else [])]
    )


def parse_duration(text: str) -> int:
    """Return the minutes of a text such as "8h", "1.5 hours" or "1h 30m".

    Raises InvalidDurationError for anything else. Days are refused, since a working day is as long
    as its calendar says; so are a bare number, which could be either, and parts of a minute.
    """
    parts = _PART.findall(text)
    if not parts or _PART.sub("", text).strip(" ,"):
        raise InvalidDurationError(
            _(
                "“%(text)s” isn't a length of time. Use hours and minutes, such as 8h or 30m. The "
                "shortest is 1m."
            )
            % {"text": text.strip()}
        )
    exact = sum(float(n.replace(",", ".")) * (60 if unit[0] in "hH" else 1) for n, unit in parts)
    minutes = round(exact)
    if not 1 <= minutes <= MAX_MINUTES:
        raise InvalidDurationError(_("Enter at least one minute and at most a year."))
    if abs(exact - minutes) > ROUNDING:
        raise InvalidDurationError(
            _("“%(text)s” isn't a whole number of minutes. Round it, such as to %(rounded)s.")
            % {"text": text.strip(), "rounded": format_duration_input(minutes)}
        )
    return minutes


class Amount(NamedTuple):
    """The unit, amount and by_minute of a target (sla.models.Target)."""

    unit: str
    amount: int
    by_minute: int | None = None


NO_TARGET = Amount("none", 0)


def format_target(unit: str, amount: int, by_minute: int | None) -> str:
    """Return a target in the active language, such as "8h" or "2 business days by 6:00 PM"."""
    if unit == "none":
        return _("No target")
    if unit == "minutes":
        return format_duration(amount)
    if by_minute is None or by_minute >= END_OF_DAY:
        days = ngettext("Next business day", "%(count)s business days", amount)
        return days % {"count": amount}
    at = time_format(time(*divmod(by_minute, 60)), pgettext("date format", "g:i A"))
    days = ngettext("Next business day by %(time)s", "%(count)s business days by %(time)s", amount)
    return days % {"count": amount, "time": at}


def format_target_input(unit: str, amount: int, by_minute: int | None) -> str:
    """Return a target for a form field: as format_target, but readable by parse_target."""
    if unit == "none":
        return "none"
    if unit == "minutes":
        return format_duration_input(amount)
    days = "next business day" if amount == 1 else f"{amount} business days"
    if by_minute is None or by_minute >= END_OF_DAY:
        return days
    hour, minute = divmod(by_minute, 60)
    return f"{days} by {hour:02}:{minute:02}"


def parse_target(text: str) -> Amount:
    """Return a target from a text such as "8h", "2 business days" or "none".

    Raises InvalidDurationError, with a message that explains the format.
    """
    typed = " ".join(text.split())
    if typed.lower() == "none":
        return NO_TARGET
    if "day" not in typed.lower():
        return Amount("minutes", parse_duration(typed))
    found = _DAYS.fullmatch(typed)
    if found is None:
        raise InvalidDurationError(
            _(
                "“%(text)s” isn't a number of business days. Write “2 business days” or “next "
                "business day by 18:00”."
            )
            % {"text": typed}
        )
    days = 1 if found["days"].lower() == "next" else int(found["days"])
    if not 1 <= days <= MAX_DAYS:
        raise InvalidDurationError(_("Enter at least one business day and at most a year."))
    return Amount("business_days", days, _parse_by(found["hour"], found["minute"]))


def _parse_by(hour: str | None, minute: str | None) -> int:
    if hour is None or minute is None:
        return END_OF_DAY
    by_minute = int(hour) * 60 + int(minute)
    if not 1 <= by_minute <= END_OF_DAY or int(minute) > 59:
        raise InvalidDurationError(_("Enter the time of day as HH:MM, such as 18:00."))
    return by_minute
