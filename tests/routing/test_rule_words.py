"""Words of rules: hostile texts and queries, and many conditions."""

from __future__ import annotations

import random

import pytest
from django.db import connection

from routing.rules.words import MATCH, find_words, read_words
from tests.cast import Cast

QUERIES = [
    *("'", "\\", "a:*", "(((", "a & b | !c <-> d", "(.*)+$", "* a*", "or or or", '-"a b"'),
    *("foo'bar", "漢字", "한국", "x" * 300, "a-b.c@d", "-down"),
]


def make_text(first: int, last: int, length: int = 30_000) -> str:
    """Return random characters, alike in every run."""
    chance = random.Random(first)
    return "".join(chr(chance.randint(first, last)) for _ in range(length))


@pytest.mark.parametrize("query", QUERIES)
def test_what_is_typed_is_no_operator_of_the_database(in_rocket: Cast, query: str) -> None:
    found = read_words(1, query, "")
    conditions = [found] if found.query else []
    assert find_words(conditions, {7: ("Server", "is up")})[7] <= {1}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(make_text(0x4E00, 0x9FFF), id="chinese"),
        pytest.param(make_text(0x20000, 0x2A6DF), id="rare chinese"),
        pytest.param(make_text(0xAC00, 0xD7A3), id="korean"),
        pytest.param("a" * 50_000, id="one word"),
        pytest.param("-".join("ab" for _ in range(9000)), id="hyphens"),
        pytest.param("a'b\\c:1 ' '' \\' *&|!()<>" * 1000, id="quotes"),
        pytest.param(make_text(33, 0xD7FF), id="anything"),
    ],
)
def test_a_hostile_text_still_gets_its_rules(in_rocket: Cast, text: str) -> None:
    conditions = [read_words(1, "outage", "subject"), read_words(2, "nowhere", "")]
    assert find_words(conditions, {7: ("Outage", text)})[7] == {1}


def test_a_text_is_parsed_once_for_all_conditions(in_rocket: Cast) -> None:
    """Parsed for each, 500 conditions took six seconds on one long email."""
    given = {"keys": [1], "vectors": ["'a':1"], "ids": [1, 2], "queries": ["'a'", "'b'"]}
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (VERBOSE) {MATCH}", given)
        plan = [line for (line,) in cursor.fetchall()]
    [parsing] = [place for place, line in enumerate(plan) if "::tsvector" in line]
    assert "CTE given" in plan[parsing - 2]
