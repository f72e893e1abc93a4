"""The fast path to the forms of words returns the same as reading each word."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from tickets.search.words import MAX_CACHED, list_forms, prepare, read_words

# Blanks, joiners and scripts that mean something where words are read.
SIGNS = "ab1 0.-'’,\u00a0\u2009\u202f\n\t\x1f\x85\u3000#+_/@:äÜ接続できกขé\u0301\u00ad\u200dКк٣ﬁx"
TEXTS = st.one_of(st.text(max_size=3 * MAX_CACHED), st.text(alphabet=SIGNS, max_size=60))


def expect_the_same(text: str) -> None:
    words = read_words(prepare(text))
    forms = [set(each) for each in list_forms(prepare(text))]
    assert (text, forms) == (text, [word.forms for word in words])
    # A word's place in the list is its position.
    assert [word.position for word in words] == list(range(1, len(words) + 1))


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_any_text(text: str) -> None:
    expect_the_same(text)


def test_texts_with_joiners_and_separators() -> None:
    chance = random.Random(14)
    for _ in range(2_000):
        expect_the_same("".join(chance.choices(SIGNS, k=chance.randrange(30))))
    expect_the_same("C++ and C#\ne-mail don't 1 000 000 and 1.000,5 " + "x-" * MAX_CACHED)
