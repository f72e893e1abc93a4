"""People as small signs: initials in a coloured disc."""

from functools import lru_cache
from zlib import crc32

TONES = 8


@lru_cache(maxsize=4096)
def get_initials(name: str) -> str:
    """One or two capitals: of the first and the last word of a name, or of an address before its @."""
    words = [word for word in name.partition("@")[0].replace(".", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


@lru_cache(maxsize=4096)
def get_tone(name: str) -> str:
    """The colour of a name, "0" to "7"; the template filter ``tone`` gives the same."""
    return str(crc32(name.encode()) % TONES)
