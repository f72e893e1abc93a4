"""Anything typed into a search is a query: pages and the API never respond with an error."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.agent.conftest import SignIn
from tests.cast import Cast
from tickets.search.find import search_for_contact, search_tickets
from tickets.search.queries import read_query
from tickets.search.snippets import find_snippet, mark
from tickets.search.tsquery import write_tsquery
from tickets.search.vectors import Text, write_vectors
from tickets.selectors import MAX_SEARCH_LENGTH

PAGES = ["/rocket/agent/", "/rocket/api/v1/tickets/"]
HARD = [
    '"-("' * 33,
    "\x00",
    "a\x00b",
    "x" * 10_000,
    "ab " * 3_400,
    "& | ! <-> ( ) : * ' \\",
    "-" * 500,
    "- - -a",
    '"' * 501,
    "or or or or",
    "OR a",
    "'a':*",
    "a:*B & !b",
    "a <-> b <2> c",
    "\\' OR 1=1; --",
    "\ud800",
    "a\udfffb \ud83d",
    "%_%",
    "[[[[[(((((",
    "接" * 3_000,
    "a-" * 2_000,
    "1.2.3.4." * 900,
    "RC-" + "9" * 400,
    "#" * 300 + "1",
    "/agent/tickets/" + "9" * 40 + "/",
    "e\u0301" * 2_000,
    "ß" * 5_000,
    "\u0345" * 400,
    "ﷺ" * 700,
    "👩‍👩‍👧‍👦 or -☃",
    "re: re: re: aw: :",
]
# Weighted to what means something to a reader of queries or to PostgreSQL.
SIGNS = st.sampled_from([*"\"'-+#&|!()<>:*\\@~.,/%_ \t\n\x00接ß’“”0a", " or ", " -", "RC-1"])
TEXTS = st.one_of(
    st.lists(SIGNS, max_size=60).map("".join),
    st.text(max_size=200),
    st.text(alphabet=st.characters(categories=["Cs", "Co", "Cn", "Cc", "Mn"]), max_size=50),
)
ANY_TEXT = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def readers(in_rocket: Cast, sign_in: SignIn) -> list[tuple[Client, str]]:
    in_rocket.open_ticket(subject="Some “words” a b 1", text="接続 ERR-1 x's")
    staff, guest = sign_in(in_rocket.analyst.user), sign_in(in_rocket.customer.user)
    return [*((staff, url) for url in PAGES), (guest, "/rocket/portal/requests/")]


def expect(words: str, url: str) -> int:
    """Return the right status. Nobody can type a NUL, and no request may have one.

    The API cuts nothing and replaces nothing: what is too long or no UTF-8 is refused.
    """
    is_refused = "\x00" in words
    if "/api/" in url:
        is_text = words.encode(errors="replace") == words.encode(errors="surrogatepass")
        is_refused |= len(words.strip()) > MAX_SEARCH_LENGTH or not is_text
    return 400 if is_refused else 200


def test_hard_searches_are_answered_by_pages_and_api(
    readers: list[tuple[Client, str]],
) -> None:
    for words in HARD:
        typed = words.encode(errors="surrogatepass")
        for client, url in readers:
            assert (words, client.get(url, {"q": typed}).status_code) == (words, expect(words, url))


def test_hard_searches_raise_no_error_in_the_services(in_rocket: Cast) -> None:
    in_rocket.open_ticket()
    for words in HARD:
        search_tickets(desk=in_rocket.desk, words=words)
        search_for_contact(in_rocket.customer, words)


@ANY_TEXT
@given(TEXTS)
def test_any_text_is_answered_by_pages_and_api(
    readers: list[tuple[Client, str]], words: str
) -> None:
    typed = words.encode(errors="surrogatepass")
    for client, url in readers:
        assert client.get(url, {"q": typed}).status_code == expect(words, url)


@ANY_TEXT
@given(TEXTS)
def test_any_text_can_be_stored_and_marked(db: None, text: str) -> None:
    with connection.cursor() as cursor:
        for vector in write_vectors([Text(text), Text(text, "!")]):
            cursor.execute("SELECT %s::tsvector", [vector])
        if query := write_tsquery(read_query(text), for_agents=True):
            cursor.execute("SELECT %s::tsquery", [query])
    for marked in (
        mark(text, read_query(text)),
        find_snippet([text, text[::-1]], read_query(text)),
    ):
        assert all(segment.text for segment in marked.segments)


@ANY_TEXT
@given(st.text(alphabet=st.characters(categories=["L", "N"]), min_size=1, max_size=30))
def test_each_word_finds_itself_in_a_sentence(db: None, word: str) -> None:
    query = write_tsquery(read_query(word), for_agents=False)
    (vector,) = write_vectors([Text(f"See “{word}”, please.")])
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::tsvector @@ %s::tsquery", [vector, query or "'see'"])
        assert cursor.fetchone() == (True,)
