"""Telephone numbers in the form E.164, such as +493012345678. Pure.

A small normalization: it knows country calling codes and the trunk prefix 0, and no numbering plan
of a country. What it can't read is no number: the call gets a ticket all the same.
"""

from __future__ import annotations

import re

_IGNORED = re.compile(r"[\s().\-/\u00a0\u2010-\u2015]+")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_TRUNK = re.compile(r"\(0\)")  # +49 (0) 30 …: dialed inside of the country only
KEEPS_ZERO = frozenset({"39", "378", "225", "241", "242"})  # Italy and others dial it, too
WITHHELD = {
    "+266696687",  # "ANONYMOUS" on a keypad
    "+7378742833",  # "RESTRICTED"
    "+2562533",  # "BLOCKED"
    "+8656696",  # "UNKNOWN"
    "+86282452253",  # "UNAVAILABLE"
}


def normalize_number(text: str, *, country: str = "") -> str:
    """Return a number as E.164, or "" if it is withheld or can't be read.

    country: the calling code of numbers without one, such as "49"; "" if there is none.
    """
    plain = _IGNORED.sub("", _TRUNK.sub("", text.strip()))
    if plain.startswith("00"):
        plain = f"+{plain[2:]}"
    elif plain.isascii() and plain.isdigit() and country:
        plain = f"+{country}{plain if country in KEEPS_ZERO else plain.removeprefix('0')}"
    if not _E164.fullmatch(plain) or plain in WITHHELD:
        return ""
    return plain
