"""Words in subject and description, found by PostgreSQL's full-text search.

Texts and queries are read as in the search for tickets (tickets/search): in every script, and
without regard to case and accents. All of a desk's conditions are checked in one statement.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from accounts.database.rows import fetch_prepared
from routing.models import WordScope
from tickets.search.queries import Query, read_query
from tickets.search.tsquery import write_tsquery
from tickets.search.vectors import Text, write_vectors

MAX_CHARS = 20_000  # of a description that rules look at: a vector must fit into PostgreSQL's limit
# Namespaces of words, with characters that no word contains. All words are in the first one.
SPACES = {WordScope.ANYWHERE: "", WordScope.SUBJECT: "~", WordScope.DESCRIPTION: "!"}

# Each text is parsed once, not once for each condition.
MATCH = """
WITH given AS MATERIALIZED (
  SELECT key, vector::tsvector AS vector
  FROM unnest(%(keys)s::bigint[], %(vectors)s::text[]) AS texts (key, vector)
)
SELECT given.key, wanted.id
FROM unnest(%(ids)s::bigint[], %(queries)s::text[]) AS wanted (id, query)
  JOIN given ON given.vector @@ wanted.query::tsquery
"""


@dataclass(frozen=True, slots=True)
class WordCondition:
    """The words that a condition looks for, as the text of a tsquery."""

    id: int
    query: str


def read_words(condition_id: int, text: str, scope: str) -> WordCondition:
    """Return the condition for words as an admin typed them. Its query is "" if there are none.

    As in the search: all words must occur, "or" means either, a hyphen before a word excludes it,
    and quoted words must be consecutive. Whole words only, unless the last one ends with "*".
    """
    may_continue = text.rstrip().endswith("*")
    query = read_query(text.rstrip().rstrip("*"))
    if not may_continue:
        query = Query(
            tuple(
                tuple(replace(term, may_continue=False) for term in branch)
                for branch in query.branches
            )
        )
    space = SPACES[WordScope(scope)]
    return WordCondition(condition_id, write_tsquery(query, for_agents=False, space=space))


def find_words(
    conditions: Sequence[WordCondition], texts: Mapping[int, tuple[str, str]]
) -> dict[int, frozenset[int]]:
    """Return the IDs of the conditions whose words each text contains, in one statement.

    texts: subject and description by a key. Without conditions, no statement is run.
    """
    found: dict[int, set[int]] = defaultdict(set)
    if conditions and texts:
        vectors = {key: _write_vector(*text) for key, text in texts.items()}
        given = {
            "keys": list(vectors),
            "vectors": list(vectors.values()),
            "ids": [condition.id for condition in conditions],
            "queries": [condition.query for condition in conditions],
        }
        for row in fetch_prepared(MATCH, given):
            found[row["key"]].add(row["id"])
    return {key: frozenset(found[key]) for key in texts}


def _write_vector(subject: str, description: str) -> str:
    description = description[:MAX_CHARS]
    texts = [
        *_list_texts(subject, WordScope.ANYWHERE, WordScope.SUBJECT),
        *_list_texts(description, WordScope.ANYWHERE, WordScope.DESCRIPTION),
    ]
    return " ".join(write_vectors(texts))


def _list_texts(text: str, *scopes: WordScope) -> Iterable[Text]:
    return (Text(text, SPACES[scope]) for scope in scopes)
