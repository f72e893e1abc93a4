"""What can't be read of a file, and the encoding that a file states."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field

_BOMS = [
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
]


@dataclass(frozen=True, slots=True)
class Fault:
    """A part of a file that can't be read.

    code, data: a sentence of tickets/exchange/problems.py. line: its number, 0 for the file as a
    whole or an unknown one.
    """

    code: str
    line: int = 0
    data: dict[str, str] = field(default_factory=dict)


def find_encoding(start: bytes) -> tuple[str, int]:
    """Return the encoding that the byte order mark states, or UTF-8, and the mark's length."""
    return next(((name, len(bom)) for bom, name in _BOMS if start.startswith(bom)), ("utf-8", 0))
