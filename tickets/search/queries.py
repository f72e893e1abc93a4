"""Parse what people type in a search. Pure; tsquery.py turns it into PostgreSQL's syntax.

All words must occur, "or" between two words means either, a hyphen before a word means none of it,
and quoted words must be consecutive. The last word may be a prefix. Whatever is typed is a query;
nothing is an error.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from tickets.search.words import Word, is_chain, join, prepare, read_words
from tickets.subjects import strip_reply_prefixes

MAX_LENGTH = 300  # characters: a pasted subject with its prefixes; the rest is ignored
MAX_TERMS = 32
MIN_PREFIX = 3  # letters of the last word

_TERM = re.compile(r'(?P<no>(?<!\S)-)?(?:"(?P<quoted>[^"]*)"|(?P<plain>[^\s"]+))')
QUOTES = re.compile("[“”„‟«»〝〞＂]")


@dataclass(frozen=True, slots=True)
class Term:
    """Consecutive words that a ticket must or must not contain.

    joined: the same words written as one, or "". may_continue: the last word may be the beginning
    of one.
    """

    words: tuple[Word, ...]
    joined: str = ""
    is_quoted: bool = False
    is_negated: bool = False
    may_continue: bool = False

    def matches_last(self, forms: Collection[str]) -> bool:
        """Return True if a word with these forms can be the last of the term."""
        return _can_be(self.words[-1], forms, may_continue=self.may_continue)

    def matches(self, place: int, forms: Collection[str]) -> bool:
        """Return True if a word with these forms can be the one at ``place`` of the term."""
        if place == len(self.words) - 1:
            return self.matches_last(forms)
        return _can_be(self.words[place], forms, may_continue=False)


def _can_be(wanted: Word, forms: Collection[str], *, may_continue: bool) -> bool:
    return any(
        form == choice or (may_continue and form.startswith(choice))
        for form in forms
        for choice in wanted.choices
    )


@dataclass(frozen=True, slots=True)
class Query:
    """A search that was read: at least one of ``branches`` with all of its terms."""

    branches: tuple[tuple[Term, ...], ...] = field(default=())

    @property
    def wanted(self) -> tuple[Term, ...]:
        """The terms to be found, without those that exclude."""
        return tuple(term for branch in self.branches for term in branch if not term.is_negated)


def read_query(text: str) -> Query:
    """Read what was typed into a search."""
    text = cut(prepare(QUOTES.sub('"', text)))
    text = strip_reply_prefixes(text) or text
    if text.count('"') % 2:
        before, _, after = text.rpartition('"')
        text = f"{before} {after}"
    branches: list[list[Term]] = [[]]
    for term in list(_read_terms(text))[:MAX_TERMS]:
        if term is None:
            branches.append([])
        else:
            branches[-1].append(term)
    return Query(tuple(_require_some(branch) for branch in branches if branch))


def cut(text: str) -> str:
    """Return a text of up to MAX_LENGTH characters that doesn't end in the middle of a word."""
    if len(text) <= MAX_LENGTH:
        return text
    kept = text[:MAX_LENGTH]
    if text[MAX_LENGTH].isspace() or len(kept.split()) < 2:
        return kept
    return kept.rpartition(kept.split()[-1])[0]


def _require_some(branch: list[Term]) -> tuple[Term, ...]:
    """Look for words that would only be excluded: "-5" alone is a number."""
    if any(not term.is_negated for term in branch):
        return tuple(branch)
    return tuple(Term(term.words, term.joined, term.is_quoted) for term in branch)


def _read_terms(text: str) -> Iterator[Term | None]:
    """Yield the terms of a search, and None for "or"."""
    found = list(_TERM.finditer(text))
    for place, match in enumerate(found):
        is_last = place == len(found) - 1
        plain, quoted = match["plain"] or "", match["quoted"] or ""
        if plain.lower() == "or" and place > 0 and not is_last:
            yield None
            continue
        is_negated = bool(match["no"]) and (bool(quoted) or plain[:1].isalnum())
        if term := _make_term(
            quoted or plain, is_quoted=bool(quoted), is_negated=is_negated, is_last=is_last
        ):
            yield term


def _make_term(text: str, *, is_quoted: bool, is_negated: bool, is_last: bool) -> Term | None:
    words = _drop_single_characters(read_words(text))
    if not words:
        return None
    last = words[-1]
    may_continue = (
        is_last
        and not (is_quoted or is_negated or last.name)
        and not last.is_pair
        and len(last.text) >= MIN_PREFIX
        and text[last.end :].strip() == ""
    )
    joined = "" if is_quoted or not is_chain(text, words) else join(words)
    return Term(tuple(words), joined, is_quoted, is_negated, may_continue)


def _drop_single_characters(words: list[Word]) -> list[Word]:
    """Drop the last character of a text without spaces, which only stands alone in documents."""
    return [
        word
        for place, word in enumerate(words)
        if not (
            word.is_pair
            and len(word.text) == 1
            and place
            and words[place - 1].is_pair
            and words[place - 1].position == word.position - 1
            and words[place - 1].end == word.end
        )
    ]
