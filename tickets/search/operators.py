"""Operators in a search, such as ``is:waiting tier:"Mission Critical" before:2026-11-01``. Pure.

Whatever is typed is a search: what isn't an operator stays among the words, with a note of why if
it looks like one.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum

from tickets.search.queries import QUOTES

MAX_OPERATORS = 10
MAX_VALUE_LENGTH = 200
_TOKEN = re.compile(
    r'(?P<no>-)?(?:"(?P<label>[^"]{1,80})"|(?P<name>[^\W\d_]\w{0,79})):'
    r'(?:"(?P<quoted>[^"]*)(?:"|$)|(?P<plain>[^\s"]*))'
    r'|"[^"]*"'
    r"|\S+"
)
_LIKELY = re.compile(r"[a-z][a-z_]{0,19}")  # an operator that was misspelled


class Doubt(Enum):
    """Reasons why something that looks like an operator was searched for as words."""

    UNKNOWN = "unknown"
    EMPTY = "empty"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator with its value, which may have several words. is_negated: as in "-tag:sso"."""

    name: str
    value: str
    is_negated: bool = False

    def __str__(self) -> str:
        name = f'"{self.name}"' if " " in self.name else self.name
        return f"{'-' if self.is_negated else ''}{name}:{self.value}"


@dataclass(frozen=True, slots=True)
class Parsed:
    """A search that was read. doubts: what looks like an operator but is among the words."""

    words: str
    operators: tuple[Operator, ...] = ()
    doubts: tuple[tuple[str, Doubt], ...] = ()


def parse_operators(text: str, known: Collection[str]) -> Parsed:
    """Split a search into operators with these names and the other words.

    known: names in lower case. One with spaces is typed in quotes, as in "Support plan":gold.
    """
    words: list[str] = []
    operators: list[Operator] = []
    doubts: list[tuple[str, Doubt]] = []
    for token in _TOKEN.finditer(QUOTES.sub('"', text)):
        name, value = _read(token)
        doubt = _find_doubt(token, name, value, known, len(operators))
        if name in known and doubt is None:
            operators.append(Operator(name, value, bool(token["no"])))
            continue
        words.append(token[0])
        if doubt is not None:
            doubts.append((token[0][:MAX_VALUE_LENGTH], doubt))
    return Parsed(" ".join(words), tuple(operators), tuple(doubts))


def _read(token: re.Match[str]) -> tuple[str, str]:
    value = " ".join((token["quoted"] or token["plain"] or "").split())
    label = " ".join((token["label"] or "").split())
    name = token["name"] or (label if " " in label else "")  # "level":"error" is from a log
    return name.casefold(), value[:MAX_VALUE_LENGTH]


def _find_doubt(
    token: re.Match[str], name: str, value: str, known: Collection[str], before: int
) -> Doubt | None:
    """Return why a token stays among the words, or None for an operator and for plain words."""
    if not name or value.startswith("//"):  # a link
        return None
    if name not in known:  # "Re:" and "Error:" are words of a subject
        is_likely = bool(_LIKELY.fullmatch(token["name"] or ""))
        return Doubt.UNKNOWN if value and is_likely else None
    if not value:
        return Doubt.EMPTY
    return Doubt.TOO_MANY if before >= MAX_OPERATORS else None
