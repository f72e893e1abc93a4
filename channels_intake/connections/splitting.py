"""Splitting of an answer into parts that a vendor takes. Pure.

Between paragraphs if that fits, otherwise between sentences, otherwise between words.
"""

from __future__ import annotations

import re

BREAKS = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"(?<=[.!?…])\s"),
    re.compile(r"\s"),
)


def split_text(text: str, max_chars: int | None, max_bytes: int | None = None) -> list[str]:
    """Return a text in parts of at most max_chars characters, without empty ones.

    None: no limit. max_bytes: of a part in UTF-8, where a vendor counts these. Nothing but the
    white space between two parts is left out.
    """
    rest, parts = text.strip(), []
    while (most := count_fitting(rest, max_chars, max_bytes)) < len(rest):
        end = _find_break(rest, most)
        parts.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [part for part in [*parts, rest] if part]


def count_fitting(text: str, max_chars: int | None, max_bytes: int | None) -> int:
    """Return how many of a text's characters fit into one part; at least one."""
    fitting = len(text) if max_chars is None else min(len(text), max_chars)
    if max_bytes is not None:
        # What a cut leaves of the last character is no character.
        fitting = min(fitting, len(text.encode()[:max_bytes].decode(errors="ignore")))
    return max(1, fitting)


def _find_break(text: str, most: int) -> int:
    """Return where a text is split, so that the part before has at most ``most`` characters."""
    window = text[: most + 1]
    for pattern in BREAKS:
        # In the second half only: a short line at the start is no part of its own.
        ends = [found.start() for found in pattern.finditer(window)]
        if ends and ends[-1] > most // 2:
            return ends[-1]
    return most
