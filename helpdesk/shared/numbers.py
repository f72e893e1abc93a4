"""Numbers in URLs and forms."""

from __future__ import annotations

MAX_DIGITS = 18  # a bigint holds them


def parse_number(text: str | None) -> int | None:
    """Return the whole number a text is, in ASCII digits; None for anything else."""
    if text and text.isascii() and text.isdecimal() and len(text) <= MAX_DIGITS:
        return int(text)
    return None


def format_capped_count(count: int, maximum: int) -> str:
    """Return a count for a badge: "" for zero, "1000+" above the maximum."""
    if count > maximum:
        return f"{maximum}+"
    return str(count or "")
