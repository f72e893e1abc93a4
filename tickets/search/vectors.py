"""Words of texts as PostgreSQL's tsvector, in its text form. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tickets.search.words import list_forms, prepare

MAX_CHARS = 100_000  # of one text; the rest is not found
MAX_WORDS = 5_000  # of one vector: PostgreSQL refuses one of over 1 MiB, and positions over 16,383
MAX_PLACES = 60  # of one word in a text, for words in a row
Words = Sequence[tuple[str, ...]]  # the forms of each
GAP = 5  # positions between texts, so that no row of words goes from one into the next


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a document. space: the namespace of its words (queries.py)."""

    text: str
    space: str = ""


def write_vectors(texts: Iterable[Text]) -> list[str]:
    """Return the vectors of texts: one, or more if there are many words."""
    vectors: list[str] = []
    rows: list[tuple[str, Words]] = []
    amount = 0
    for text in texts:
        for words in _split(list_forms(prepare(text.text[:MAX_CHARS]))):
            if rows and amount + len(words) > MAX_WORDS:
                vectors.append(_write(rows))
                rows, amount = [], 0
            rows.append((text.space, words))
            amount += len(words)
    return [*vectors, _write(rows)] if rows else vectors


def _split(words: Words) -> Iterator[Words]:
    for first in range(0, len(words), MAX_WORDS):
        yield words[first : first + MAX_WORDS]


def _write(rows: Iterable[tuple[str, Words]]) -> str:
    places: dict[str, list[int]] = defaultdict(list)
    start = GAP
    for space, words in rows:
        for place, forms in enumerate(words, start):
            for form in forms:
                places[space + form].append(place)
        start += len(words) - 1 + GAP
    return " ".join(
        f"'{form}':{','.join(map(str, found[:MAX_PLACES]))}" for form, found in places.items()
    )
