"""Words of a text, for documents and for queries alike. Pure.

A word is a run of letters and digits; everything else separates words, in every script. The parts
of an address, a version or an error code are words in a row, so that "kunde.example" finds
x@kunde.example, and "4711" finds ERR-4711. Text without spaces between words is read as pairs of
characters: 接続できません is 接続, 続で, でき and so on.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from tickets.search.characters import (
    INVISIBLE,
    MARKS,
    MAX_WORD_LENGTH,
    UNSPACED,
    fold,
    fold_word,
    spell_out,
)

VERSION = 2  # of words and namespaces (spaces.py); documents of another version must be rebuilt

MAX_JOINED = 3  # parts; longer ones, such as paths and IP addresses, are not written as one word
MAX_JOINED_LENGTH = 40

_LETTER = rf"[^\W_{UNSPACED}]"
_INNER = f"[{MARKS}{INVISIBLE}]"
_RUN = re.compile(rf"([{UNSPACED}](?:[{UNSPACED}]+|{_INNER}+)*)|(?:{_LETTER}+|{_INNER}+)+")
_FOLDED_RUN = re.compile(r"[^\W_]+")
_LETTERS_OR_DIGITS = re.compile(r"[^\W\d_]+|\d+")
_SUFFIXES = ("+", "#")
_SUFFIX = re.compile(r"\+\+(?!\+)|#(?!\w)")  # C++, C#
_JOINER = re.compile(r"[-'’‘`´‐‑‒–—.·・_]")
_APOSTROPHES = "'’‘`´"
_NUMBER_JOINER = re.compile("[-‐‑‒–]")  # of a telephone number; 7.10 is not 710
_THOUSANDS = re.compile(r"[,.'’\u00a0\u2009\u202f]")
# Words on both sides of these are never joined. In \s, some join thousands.
_BLANKS = re.compile(r"[ \t\n\r\f\v]+")
MAX_CACHED = 40  # characters of a piece of text, so that the cache stays small


@dataclass(slots=True, eq=False)  # each is itself: it has a place
class Word:
    """A word of a text at ``[start:end]``.

    position: in the row of words. text: the folded word. is_pair: two characters of a text without
    spaces, or its last character. name: with its suffix, such as c++. spelled: with umlauts as two
    letters. parts: of letters and digits, if it has both. joined: together with its neighbors.
    """

    position: int
    text: str
    start: int
    end: int
    is_pair: bool = False
    name: str = ""
    spelled: str = ""
    parts: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()

    @property
    def is_plain(self) -> bool:
        """True if the word is found by itself alone, as most are."""
        has_more = self.parts or self.joined or self.name or self.spelled
        return not has_more and self.text[0] != "0"

    @property
    def forms(self) -> set[str]:
        """All that the word is found by. A part of a number is found without its zeros too."""
        if self.is_plain:
            return {self.text}
        forms = {self.text, *self.parts, *self.joined}
        forms |= {part.lstrip("0") for part in (self.text, *self.parts) if part[0] == "0"}
        return (forms | {self.name, self.spelled}) - {""}

    @property
    def choices(self) -> tuple[str, ...]:
        """The forms used in searches: as written, and with umlauts as two letters."""
        if self.name:
            return (self.name,)
        return (self.text, self.spelled) if self.spelled else (self.text,)


def prepare(text: str) -> str:
    """Return a text in the form that ``read_words`` reads, and that places of words refer to."""
    return unicodedata.normalize("NFC", text).replace("\u02bc", "'")


def read_words(text: str) -> list[Word]:
    """Return the words of a prepared text in their order."""
    words: list[Word] = []
    position = 0
    for found in _RUN.finditer(text):
        run = found[0]
        if run.isascii() and run.isalpha() and text[found.end() : found.end() + 1] not in _SUFFIXES:
            position += 1  # as most words are: the rest reads them alike, and takes longer
            words.append(Word(position, run.lower()[:MAX_WORD_LENGTH], *found.span()))
            continue
        for word in _read_run(found, position + 1):
            words.append(word)
            position = word.position
    _add_joined(text, words)
    return words


def list_forms(text: str) -> list[tuple[str, ...]]:
    """Return the forms of each word of a prepared text, in the order of the words.

    The same as ``forms`` of what ``read_words`` returns, but several times as fast: most pieces
    between blanks have been read before.
    """
    forms: list[tuple[str, ...]] = []
    for piece in text.split() if text.isascii() else _BLANKS.split(text):
        forms += _read_piece(piece) if len(piece) <= MAX_CACHED else _list_forms(piece)
    return forms


def _list_forms(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(word.forms) for word in read_words(text))


_read_piece = lru_cache(maxsize=20_000)(_list_forms)


def _read_run(found: re.Match[str], position: int) -> Iterator[Word]:
    run, start, end = found[0], found.start(), found.end()
    if found[1]:
        yield from _read_pairs(run, start, position)
        return
    folded = [fold_word(run)] if run.isascii() else _FOLDED_RUN.findall(fold_word(run))
    suffix = _SUFFIX.match(found.string, end)
    for place, text in enumerate(folded):
        word = Word(position + place, text, start, end)
        if not text.isalpha():
            word.parts = _list_parts(text)
        if len(folded) == 1:
            word.spelled = spell_out(run)
            if suffix:
                word.name, word.end = text + suffix[0], suffix.end()
        yield word


def _read_pairs(run: str, start: int, position: int) -> Iterator[Word]:
    """Yield each character with the next one. The last is yielded alone, so it can be found."""
    folded = fold(run)
    is_exact = len(folded) == len(run)  # else a part of it has no place of its own
    for place in range(len(folded)):
        pair = folded[place : place + 2]
        begin, end = (place, place + len(pair)) if is_exact else (0, len(run))
        yield Word(position + place, pair, start + begin, start + end, is_pair=True)


def _list_parts(text: str) -> tuple[str, ...]:
    """Return the parts of a word with letters and digits: INC0012345 has inc and 0012345."""
    if text.startswith("0x"):
        return ("0x", text[2:]) if len(text) > 2 else ()
    parts = _LETTERS_OR_DIGITS.findall(text)
    return tuple(parts) if 1 < len(parts) <= MAX_JOINED else ()


def _add_joined(text: str, words: Sequence[Word]) -> None:
    """Let words with a hyphen or an apostrophe be found as one: e-mail as email."""
    for group in _find_groups(text, words):
        for chain in _find_chains(text, group):
            if joined := join(chain):
                chain[0].joined += (joined,)
        for first, second in pairwise(group):
            if _is_thousands(text, first, second) or _is_contraction(text, first, second):
                joined = first.text + second.text
                first.joined += (joined,)
                second.joined += (joined,)


def _find_groups(text: str, words: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """Yield words in a row that a single character separates, unless it is a space."""
    start = 0
    for place, (first, second) in enumerate(pairwise(words), 1):
        end = first.end
        if second.start - end != 1 or text[end] == " ":
            if place - start > 1:
                yield words[start:place]
            start = place
    if len(words) - start > 1:
        yield words[start:]


def join(chain: Sequence[Word]) -> str:
    """Return words as one, or "" if they are one already or too many."""
    joined = "".join(word.text for word in chain)
    is_short = 2 <= len(chain) <= MAX_JOINED and len(joined) <= MAX_JOINED_LENGTH
    return joined if is_short else ""


def _find_chains(text: str, words: Sequence[Word]) -> Iterator[list[Word]]:
    chain: list[Word] = []
    for word in words:
        if chain and not _are_joined(text, chain[-1], word):
            yield chain
            chain = []
        if not word.is_pair:
            chain.append(word)
    if chain:
        yield chain


def is_chain(text: str, words: Sequence[Word]) -> bool:
    """Return True if single hyphens, dots or apostrophes are all that separates the words."""
    return all(_are_joined(text, first, second) for first, second in pairwise(words))


def _are_joined(text: str, first: Word, second: Word) -> bool:
    if text[first.end : first.end + 1] == " " or second.start - first.end != 1:
        return False
    if first.is_pair or second.is_pair:
        return False
    are_numbers = first.text.isdecimal() and second.text.isdecimal()
    return bool((_NUMBER_JOINER if are_numbers else _JOINER).match(text[first.end]))


def _is_contraction(text: str, first: Word, second: Word) -> bool:
    return _are_joined(text, first, second) and text[first.end] in _APOSTROPHES


def _is_thousands(text: str, first: Word, second: Word) -> bool:
    return (
        second.start - first.end == 1
        and len(second.text) == 3
        and len(first.text) <= 3
        and (first.text + second.text).isdecimal()
        and _THOUSANDS.match(text[first.end]) is not None
    )
