"""Tickets about the same thing: those that share words with a ticket's subject."""

from __future__ import annotations

import re
from itertools import combinations

from accounts.models import Agent
from tickets.access import queue_for_agent
from tickets.models import QueueRow, Ticket
from tickets.search.characters import fold
from tickets.search.find import search_for_agent
from tickets.search.queries import MAX_LENGTH
from tickets.subjects import strip_reply_prefixes

MIN_LETTERS = 4  # of a word that says what a ticket is about
MAX_WORDS = 5  # of the subject, the longest; each pair of them is searched for
MAX_FOUND = 40  # the newest
_WORD = re.compile(r"[^\W_]+")


def find_similar(ticket: Ticket, agent: Agent, *, limit: int) -> list[QueueRow]:
    """Return other tickets that the agent may see, those that share the most words first.

    They share at least two words of the subject, in any text, or one if the subject has only one.
    """
    words = list_words(ticket.subject)
    if not words:
        return []
    found = search_for_agent(agent, _write_search(words), limit=MAX_FOUND).ids
    rows = queue_for_agent(agent).filter(pk__in=[pk for pk in found if pk != ticket.pk])
    order = {pk: place for place, pk in enumerate(found)}

    def rank(row: QueueRow) -> tuple[int, int]:
        shared = set(words) & set(list_words(row.subject))
        return -len(shared), order[row.pk]

    return sorted(rows, key=rank)[:limit]


def list_words(subject: str) -> list[str]:
    """Return the longest words of a subject, folded, each once."""
    words = dict.fromkeys(_WORD.findall(fold(strip_reply_prefixes(subject))))
    telling = [word for word in words if len(word) >= MIN_LETTERS]
    return sorted(telling, key=len, reverse=True)[:MAX_WORDS]


def _write_search(words: list[str]) -> str:
    """Return a search for any two of the words, within the length of a search."""
    quoted = [f'"{word}"' for word in words if len(word) < MAX_LENGTH // 10]
    pairs = [" ".join(pair) for pair in combinations(quoted, 2)] or quoted or [words[0]]
    search = " or ".join(pairs)
    while len(search) > MAX_LENGTH:
        pairs.pop()
        search = " or ".join(pairs)
    return search
