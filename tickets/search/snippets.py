"""What a search found in a text: the place, with its words marked. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice

from tickets.search.characters import INVISIBLE, MARKS, fold
from tickets.search.queries import Query, Term
from tickets.search.words import Word, prepare, read_words

BEFORE = 50  # characters shown before the first word found
LENGTH = 180
MAX_PLACES = 8  # that are looked at
_INSIDE = rf"[-'’.{MARKS}{INVISIBLE}]{{0,2}}"  # between two letters of a word
_SPACES = re.compile(r"\s+")
# Letters that fold to two.
_PAIRS = {"ss": "ßẞ", "ae": "æäÆÄ", "oe": "œöøŒÖØ", "ue": "üÜ", "th": "þÞ", "aa": "åÅ"}
_LETTERS_WITH_FORMS = ((0xA0, 0x250), (0x370, 0x530), (0x620, 0x6D0), (0x1E00, 0x2000))
_WIDE = (0xFF01, 0xFFA0)


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a text. is_hit: it is what was searched for."""

    text: str
    is_hit: bool = False


@dataclass(frozen=True, slots=True)
class Marked:
    """A text in segments, with the places in ``query.wanted`` of the terms found in it."""

    segments: tuple[Segment, ...] = ()
    terms: frozenset[int] = frozenset()


def mark(text: str, query: Query) -> Marked:
    """Return a short text with everything marked that a query wants."""
    text = prepare(text)
    if not make_pattern(query).search(text):
        return Marked((Segment(text),)) if text else Marked()
    spans: list[tuple[int, int]] = []
    found = set()
    words = read_words(text)
    at = {word.position: word for word in words}
    for number, term in enumerate(query.wanted):
        if places := list(_find_term(term, words, at)):
            found.add(number)
            spans += places
    return Marked(tuple(_cut(text, spans)), frozenset(found))


def find_snippet(texts: Iterable[str], query: Query) -> Marked:
    """Return the place in one of the texts that has the most terms; empty if none has any."""
    amount = len(query.wanted)
    best = Marked()
    for text, place in islice(_find_places(texts, make_pattern(query)), MAX_PLACES):
        here = mark(_take(text, place), query)
        if len(here.terms) > len(best.terms):
            best = here
        if len(best.terms) == amount:
            break
    return best


def _find_places(texts: Iterable[str], pattern: re.Pattern[str]) -> Iterator[tuple[str, int]]:
    """Yield places that may have a term, each too far from the one before to be shown with it."""
    for text in texts:
        shown_until = 0
        for found in pattern.finditer(text):
            if found.start() >= shown_until:
                shown_until = found.start() + LENGTH - BEFORE
                yield text, found.start()


@lru_cache(maxsize=64)
def make_pattern(query: Query) -> re.Pattern[str]:
    """Return a pattern that finds, quickly, where a text may have one of the query's terms."""
    starts = {form for term in query.wanted for form in (term.words[0].text, term.joined) if form}
    longest_first = sorted(starts, key=len, reverse=True)
    return re.compile("|".join(map(_write_word, longest_first)) or r"(?!)", re.IGNORECASE)


def _write_word(word: str) -> str:
    letters, place = [], 0
    while place < len(word):
        pair = word[place : place + 2]
        if pair in _PAIRS:
            first, second = (_write_letter(letter) for letter in pair)
            letters.append(f"(?:{first}{_INSIDE}{second}|[{_PAIRS[pair]}])")
        else:
            pair = pair[:1]
            letters.append(_write_letter(pair))
        place += len(pair)
    return _INSIDE.join(letters)


def _write_letter(letter: str) -> str:
    others = _list_forms().get(letter, "")
    return f"[{re.escape(letter + others)}]" if others else re.escape(letter)


@cache
def _list_forms() -> dict[str, str]:
    """Return, for a folded letter, the letters that fold to it."""
    forms: dict[str, str] = {}
    for first, last in (*_LETTERS_WITH_FORMS, _WIDE):
        for letter in map(chr, range(first, last)):
            folded = fold(letter)
            if len(folded) == 1 and folded != letter:
                forms[folded] = forms.get(folded, "") + letter
    return forms


def _take(text: str, place: int) -> str:
    """Return the surroundings of a place, from word to word, in one line."""
    begin, end = max(0, place - BEFORE), place + LENGTH - BEFORE
    taken = text[begin:end]
    if begin:
        taken = "…" + taken[_find_space(taken, place - begin) :].lstrip()
    if end < len(text):
        last = taken.rfind(" ", LENGTH // 2)
        taken = (taken[:last] if last > 0 else taken) + "…"
    return _SPACES.sub(" ", taken).strip()


def _find_space(taken: str, place: int) -> int:
    found = _SPACES.search(taken, 0, place)
    return found.end() if found else 0


def _find_term(term: Term, words: Sequence[Word], at: dict[int, Word]) -> Iterator[tuple[int, int]]:
    """Yield the beginning and the end of each place of a term."""
    first = term.words[0]
    for start in words:
        row = [at.get(start.position + word.position - first.position) for word in term.words]
        if all(word and term.matches(place, word.forms) for place, word in enumerate(row)):
            yield from ((word.start, word.end) for word in row if word)
        elif term.joined and term.joined in start.forms:
            yield start.start, start.end


def _cut(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[Segment]:
    """Cut a text into segments; spans may overlap and come in any order."""
    done = 0
    for begin, end in _merge(spans):
        if begin > done:
            yield Segment(text[done:begin])
        yield Segment(text[begin:end], is_hit=True)
        done = end
    if done < len(text):
        yield Segment(text[done:])


def _merge(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for begin, end in sorted(set(spans)):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged
