"""When reviews need the mobile team: critical words, a drop of ratings, a flood. Pure (M59)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tickets.sentences.signals import Signal

DAYS = 14  # of the time before, that the last 24 hours are compared with
MIN_RATINGS = 5  # of the last 24 hours
MIN_RATINGS_BEFORE = 20
MIN_DROP = 0.7  # stars
MIN_COUNT = 10
TIMES = 3  # more than normal


@dataclass(frozen=True, slots=True)
class Figures:
    """Ratings of the last 24 hours, and of the DAYS before."""

    now: Sequence[int]
    before: Sequence[int]


@dataclass(frozen=True, slots=True)
class Raised:
    """A signal, with the parameters of its sentence."""

    signal: Signal
    data: dict[str, Any] = field(default_factory=dict)


def find_words(text: str, words: Iterable[str]) -> list[str]:
    """Return the critical words and phrases that a text has, whole and in any case."""
    read = f" {' '.join(re.findall(_WORD, _plain(text)))} "
    return [word for word in words if f" {' '.join(re.findall(_WORD, _plain(word)))} " in read]


_WORD = r"[\w']+"


def _plain(text: str) -> str:
    return text.casefold().replace("’", "'")


def find_signals(text: str, words: Iterable[str], figures: Figures) -> list[Raised]:
    """Return what a review that just came, and all of the last 24 hours, signal."""
    found = find_words(text, words)
    critical = [Raised(Signal.CRITICAL_WORDS, {"words": ", ".join(found)})] if found else []
    return [*critical, *_find_drop(figures), *_find_flood(figures)]


def _find_drop(figures: Figures) -> list[Raised]:
    if len(figures.now) < MIN_RATINGS or len(figures.before) < MIN_RATINGS_BEFORE:
        return []
    now, normal = (sum(each) / len(each) for each in (figures.now, figures.before))
    if normal - now < MIN_DROP:
        return []
    return [Raised(Signal.RATING_DROP, {"now": f"{now:.1f}", "normal": f"{normal:.1f}"})]


def _find_flood(figures: Figures) -> list[Raised]:
    count, normal = len(figures.now), len(figures.before) / DAYS
    if count < MIN_COUNT or count <= TIMES * normal:
        return []
    return [Raised(Signal.MANY_REVIEWS, {"count": count, "normal": f"{normal:.1f}"})]
