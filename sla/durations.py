"""Working time as people write it: "8h", "30m", "1h 30m". Pure."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

_PART = re.compile(r"(\d+(?:[.,]\d+)?)\s*(h(?:ours?|rs?)?|m(?:in(?:utes?)?)?)\b", re.IGNORECASE)
MAX_MINUTES = 60 * 24 * 365


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
    as its calendar says; so is a bare number, which could be either.
    """
    parts = _PART.findall(text)
    if not parts or _PART.sub("", text).strip(" ,"):
        raise InvalidDurationError(
            _("“%(text)s” isn't a length of time. Use hours and minutes, such as 8h or 30m.")
            % {"text": text.strip()}
        )
    exact = sum(float(n.replace(",", ".")) * (60 if unit[0] in "hH" else 1) for n, unit in parts)
    minutes = round(exact)
    if not 1 <= minutes <= MAX_MINUTES:
        raise InvalidDurationError(_("Enter at least one minute and at most a year."))
    return minutes
