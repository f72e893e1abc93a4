"""Write searches as PostgreSQL tsquery texts. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from tickets.search.queries import Query, Term
from tickets.search.spaces import NAMES, NOTES
from tickets.search.words import Word

MIN_NAME_PREFIX = 3  # letters


def write_tsquery(
    query: Query,
    *,
    for_agents: bool,
    space: str = "",
    with_positions: bool = True,
    others: Sequence[str] = (),
) -> str:
    """Return a query as the text of a tsquery, or "" if it has no words.

    for_agents: also search names and internal notes. space: the desk's prefix. with_positions: with
    False, words match at any position, so that the index alone is enough. That may find more than
    was searched for, but never less. others: more namespaces in which a word may be.
    """
    writer = Writer(
        space, for_agents=for_agents, with_positions=with_positions, others=tuple(others)
    )
    return " | ".join(writer.write_branch(branch) for branch in query.branches)


def has_positions(query: Query) -> bool:
    """Return True if words must be consecutive, which the index can't tell."""
    terms = (term for branch in query.branches for term in branch)
    return any(len(term.words) > 1 or len(term.words[0].parts) > 1 for term in terms)


@dataclass(frozen=True, slots=True)
class Writer:
    """A writer for these namespaces, with or without the positions of words."""

    space: str
    for_agents: bool
    with_positions: bool
    others: tuple[str, ...] = ()

    def write_branch(self, branch: tuple[Term, ...]) -> str:
        """Write terms that must all match."""
        terms = [term for term in branch if not self._must_ignore(term)]
        return "(" + " & ".join(map(self._write_either, terms)) + ")"

    def _must_ignore(self, term: Term) -> bool:
        """Return True for a term that would exclude too much if positions don't count."""
        return term.is_negated and not self.with_positions and has_positions(Query(((term,),)))

    def _write_either(self, term: Term) -> str:
        choices = self._write_term(term, self.space)
        if self.for_agents:
            choices += self._write_term(term, self.space + NOTES)
            choices += self._write_names(term)
        for space in self.others:
            choices += self._write_term(term, space)
        written = "(" + " | ".join(choices) + ")"
        return f"!{written}" if term.is_negated else written

    def _write_term(self, term: Term, space: str) -> list[str]:
        """Write a term for the words of one namespace."""
        choices = [self._write_row(term, space)]
        if term.joined:
            choices.append(_quote(space + term.joined))
        parts = term.words[0].parts
        if len(term.words) == 1 and len(parts) > 1:  # RC1276 is found as RC-1276
            choices.append(self._join([_quote(space + part) for part in parts], [1] * len(parts)))
        return choices

    def _write_row(self, term: Term, space: str) -> str:
        last = len(term.words) - 1
        written = [
            _write_word(word, space, may_continue=term.may_continue and place == last)
            for place, word in enumerate(term.words)
        ]
        positions = [term.words[0].position, *(word.position for word in term.words)]
        steps = [after - before for before, after in pairwise(positions)]
        return self._join(written, steps)

    def _join(self, written: list[str], steps: list[int]) -> str:
        """Write words with the distances between them. The first distance is ignored."""
        row = written[0]
        for word, step in zip(written[1:], steps[1:], strict=True):
            row += f" <{step}> {word}" if self.with_positions else f" & {word}"
        return f"({row})" if len(written) > 1 else row

    def _write_names(self, term: Term) -> list[str]:
        """Write a term for names and addresses: words in any order, the last may be a prefix."""
        space = self.space + NAMES
        if term.is_quoted or term.is_negated or any(word.is_pair for word in term.words):
            return [self._write_row(term, space)]
        *inner, last = [word.text for word in term.words if len(word.text) > 1] or [""]
        written = [_quote(space + word) for word in inner]
        if last:
            written.append(_quote(space + last) + (":*" if len(last) >= MIN_NAME_PREFIX else ""))
        return ["(" + " & ".join(written) + ")"] if written else []


def _write_word(word: Word, space: str, *, may_continue: bool) -> str:
    is_single_character = word.is_pair and len(word.text) == 1
    ending = ":*" if may_continue or is_single_character else ""
    choices = [_quote(space + choice) + ending for choice in word.choices]
    return choices[0] if len(choices) == 1 else f"({' | '.join(choices)})"


def _quote(lexeme: str) -> str:
    return f"'{lexeme}'"
