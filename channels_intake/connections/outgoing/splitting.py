"""Splitting of an answer into parts that a vendor takes. Pure.

Between paragraphs if that fits, otherwise between sentences, otherwise between words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

BREAKS = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"(?<=[.!?…])\s"),
    re.compile(r"\s"),
)
JOINER = "\u200d"
SKIN_TONES = range(0x1F3FB, 0x1F400)

Count = Callable[[str], int]


def split_text(
    text: str, max_chars: int | None, max_bytes: int | None = None, *, count: Count = len
) -> list[str]:
    """Return a text in parts of at most max_chars characters, without empty ones.

    None: no limit. max_bytes: of each part in UTF-8. count: how the vendor counts characters.
    Nothing but the white space between two parts is left out.
    """
    rest, parts = text.strip(), []
    while (most := count_fitting(rest, max_chars, max_bytes, count)) < len(rest):
        end = _find_break(rest, most)
        parts.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [part for part in [*parts, rest] if part]


def count_fitting(
    text: str, max_chars: int | None, max_bytes: int | None, count: Count = len
) -> int:
    """Return how many letters of a text fit into one part, at least one."""

    def fits(size: int) -> bool:
        start = text[:size]
        is_short = max_chars is None or count(start) <= max_chars
        return is_short and (max_bytes is None or len(start.encode()) <= max_bytes)

    if fits(len(text)):
        return len(text)
    least, most = 1, len(text)
    while least < most - 1:
        middle = (least + most) // 2
        least, most = (middle, most) if fits(middle) else (least, middle)
    return least


def _find_break(text: str, most: int) -> int:
    """Return where a text is split, so that the part before has at most ``most`` letters."""
    window = text[: most + 1]
    for pattern in BREAKS:
        # In the second half only: a short line at the start is no part of its own.
        ends = [found.start() for found in pattern.finditer(window)]
        if ends and ends[-1] > most // 2:
            return ends[-1]
    return _keep_together(text, most)


def _keep_together(text: str, end: int) -> int:
    """Return the last place up to ``end`` that is inside of no emoji or letter with an accent."""
    for place in range(end, 0, -1):
        if not _belongs_to_previous(text[place]) and text[place - 1] != JOINER:
            return place
    return end


def _belongs_to_previous(letter: str) -> bool:
    is_tone = ord(letter) in SKIN_TONES
    return letter == JOINER or is_tone or unicodedata.category(letter) in {"Mn", "Me"}
