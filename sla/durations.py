"""Working time as people write it: "8 h", "30 min", "1 h 30 min". Pure."""

from __future__ import annotations

import re

_PART = re.compile(r"(\d+(?:[.,]\d+)?)\s*(h(?:ours?|rs?)?|m(?:in(?:utes?)?)?)\b", re.IGNORECASE)
MAX_MINUTES = 60 * 24 * 365


class InvalidDurationError(ValueError):
    """The text is no length of time; the message says how to write one."""


def format_duration(minutes: int) -> str:
    """Whole minutes as hours and minutes: 480 is "8 h", 90 is "1 h 30 min"."""
    hours, rest = divmod(minutes, 60)
    return " ".join(
        [*([f"{hours} h"] if hours else []), *([f"{rest} min"] if rest or not hours else [])]
    )


def parse_duration(text: str) -> int:
    """The minutes of a text such as "8 h", "1.5h" or "1 h 30 min"; InvalidDurationError for anything else.

    Days are refused: a working day is as long as its calendar says. So is a bare number, which could be either.
    """
    parts = _PART.findall(text)
    if not parts or _PART.sub("", text).strip(" ,"):
        raise InvalidDurationError(
            f"“{text.strip()}” is not understood. Write hours and minutes, such as 8 h or 30 min."
        )
    exact = sum(float(n.replace(",", ".")) * (60 if unit[0] in "hH" else 1) for n, unit in parts)
    minutes = round(exact)
    if not 1 <= minutes <= MAX_MINUTES:
        raise InvalidDurationError("A promise is at least one minute and at most a year.")
    return minutes
