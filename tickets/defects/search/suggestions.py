"""Defects that may cause a ticket, found by the words that both have.

A word counts the more, the fewer defects of the desk have it, so no list of languages' small words
is needed for the order. Those of the catalogs' languages are left out because they say nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from accounts.models import Agent
from tickets.defects.search.documents import list_in_order, list_spaces
from tickets.models import OPEN_STAGES, Defect, Message, Ticket
from tickets.search.queries import Query, Term
from tickets.search.snippets import Segment, find_snippet, mark
from tickets.search.spaces import get_desk_space
from tickets.search.words import Word, prepare, read_words
from tickets.services.troubleshooting import find_record, get_record_fields

MAX_SUGGESTIONS = 5
MAX_TERMS = 60  # different words of a ticket that are looked for
MAX_CHARS = 8_000  # of a ticket's texts that are read
MIN_LENGTH = 4  # letters of a word; shorter ones with a digit, such as "v8", count too
MIN_SHARED = 2  # words that a ticket and a suggested defect have in common
SHOWN_TEXTS = ("problem", "steps", "changes", "areas")
# English, German and Portuguese.
_SMALL = """
about after again also been before being could does doing down each even from have having here
into just like more most much must need only other over please same should since some such than
thank thanks that their them then there these they this those through under until very want
well were what when where which while will with would your hello regards
aber alle allem allen aller alles auch beim bitte danke dann dass dein denn dies diese diesem
diesen dieser dieses doch durch eine einem einen einer eines euch grusse haben habe hallo hatte
hier ihre ihnen ihrem immer jetzt kann kein keine konnen mehr mein mich muss nach nicht noch
nur oder ohne schon sehr seine seit sich sind uber unser unter viele vielen werden weil wenn
wieder wird wurde zwischen
agora ainda algum antes aqui assim cada como contra depois desde dele deles deve ela essa esse
esta estao estamos estava este eles foram isso isto mais mas mesmo muito muita nao nossa nosso
obrigado obrigada ola onde outra outro para pela pelo pode pois porque quando quem sem seja sera
seus sobre somente suas tambem tem temos toda todo tudo uma voce
"""
SMALL_WORDS = frozenset(_SMALL.split())
SUGGEST = """
SELECT * FROM suggest_defects(
  %(desk)s, %(words)s, %(forms)s, %(stages)s, %(shared)s, %(most)s
)
"""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A defect that may cause a ticket. words: that both have, the most telling first.

    title, text: with these words marked. text: the place of its texts that has the most of them.
    """

    defect: Defect
    words: tuple[str, ...]
    title: tuple[Segment, ...]
    text: tuple[Segment, ...]


def suggest_defects(
    ticket: Ticket, *, agent: Agent, limit: int = MAX_SUGGESTIONS
) -> list[Suggestion]:
    """Return open defects that share words with a ticket, the most telling first.

    Subjects of tickets that are linked already count, if the agent sees these. Defects of the
    ticket are left out. The ticket's desk must be the entered one.
    """
    terms = list_terms(_read_texts(ticket))
    if not terms:
        return []
    linked = set(ticket.defect_links.values_list("defect_id", flat=True))
    found = _find(agent, terms, limit + len(linked))
    ids = [defect_id for defect_id in found if defect_id not in linked][:limit]
    defects = Defect.objects.filter(pk__in=ids).select_related("desk", "product", "owner")
    return [
        _describe(defect, [terms[form] for form in found[defect.pk]])
        for defect in list_in_order(ids, list(defects))
    ]


def list_terms(texts: Iterable[str]) -> dict[str, Word]:
    """Return the telling words of texts by how documents have them, in their order. Pure."""
    terms: dict[str, Word] = {}
    for text in texts:
        for word in read_words(prepare(text[:MAX_CHARS])):
            if len(terms) < MAX_TERMS and is_telling(word):
                terms.setdefault(word.text, word)
    return terms


def is_telling(word: Word) -> bool:
    """Return True for a word that can be looked for: no short or small one, and no number."""
    if word.text.isdecimal() or word.text in SMALL_WORDS:
        return False
    has_digit = any(character.isdigit() for character in word.text)
    return word.is_pair or has_digit or len(word.text) >= MIN_LENGTH


def _read_texts(ticket: Ticket) -> list[str]:
    """Return the texts that say most first, since the number of words is limited."""
    record = get_record_fields(find_record(ticket.pk))
    gathered = [record[name] for name in SHOWN_TEXTS if record[name]]
    messages = Message.objects.filter(ticket=ticket, agent__isnull=True, is_automatic=False)
    opening = messages.order_by("created_at", "pk").values_list("body_text", flat=True)[:1]
    return [ticket.subject, *gathered, *opening]


def _find(agent: Agent, terms: dict[str, Word], limit: int) -> dict[int, list[str]]:
    """Return the ids of defects in order, each with the words it shares, the most telling first."""
    spaces = [get_desk_space(agent.desk_id), *list_spaces(agent)]
    given: dict[str, Any] = {
        "desk": agent.desk_id,
        "words": [word for word in terms for _ in spaces],
        "forms": [space + word for word in terms for space in spaces],
        "stages": [stage.value for stage in OPEN_STAGES],
        "shared": min(MIN_SHARED, len(terms)),
        "most": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(SUGGEST, given)
        return dict(cursor.fetchall())


def _describe(defect: Defect, words: Sequence[Word]) -> Suggestion:
    # One term for each word: any of them is marked.
    query = Query(tuple((Term((word,)),) for word in words))
    texts = [prepare(text) for name in SHOWN_TEXTS if (text := getattr(defect, name))]
    shown = tuple(word.text for word in words)
    title = mark(defect.title, query).segments
    return Suggestion(defect, shown, title, find_snippet(texts, query).segments)
