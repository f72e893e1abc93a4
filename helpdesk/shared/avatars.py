"""Initials and avatar colors of people."""

from __future__ import annotations

from functools import lru_cache
from zlib import crc32

TONES = 8


@lru_cache(maxsize=4096)
def get_initials(name: str) -> str:
    """Return one or two capitals: of a name's first and last word, or of an email's local part."""
    words = [word for word in name.partition("@")[0].replace(".", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


@lru_cache(maxsize=4096)
def get_tone(name: str) -> str:
    """Return the avatar color of a name, "0" to "7", always the same for the same name."""
    return str(crc32(name.encode()) % TONES)
