"""Search finds the same with the embedded cluster's locale and with one that knows only ASCII."""

from __future__ import annotations

import locale
from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from helpdesk.supervisor.embedded import UTF8_LOCALE, find_character_locale
from tests.search.test_kinds import DOCUMENTS, FOUND
from tickets.search.queries import read_query
from tickets.search.tsquery import write_tsquery
from tickets.search.vectors import Text, write_vectors


def test_the_embedded_cluster_has_a_utf8_character_locale(db: None) -> None:
    assert find_character_locale() == UTF8_LOCALE
    with connection.cursor() as cursor:
        cursor.execute("SELECT datctype FROM pg_database WHERE datname = current_database()")
        assert cursor.fetchone() == (UTF8_LOCALE,)


def test_a_system_without_that_locale_gets_another(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(category: int, name: str | None = None) -> str:
        if name == UTF8_LOCALE:
            raise locale.Error("unsupported locale setting")
        return "C"

    monkeypatch.setattr(locale, "setlocale", refuse)
    assert find_character_locale() == "C"


@pytest.fixture
def plain(db: None) -> Iterator[psycopg.Connection]:
    """A database of the same server with LC_CTYPE C."""
    given = connection.get_connection_params()
    server = {name: given[name] for name in ("host", "port", "user") if given.get(name)}
    name = sql.Identifier(f"plain_{uuid4().hex[:8]}")
    with psycopg.connect(**server, dbname="postgres", autocommit=True) as owner:
        owner.execute(
            sql.SQL(
                "CREATE DATABASE {} TEMPLATE template0 LOCALE_PROVIDER libc LC_CTYPE 'C'"
                " LC_COLLATE 'C'"
            ).format(name)
        )
        try:
            with psycopg.connect(**server, dbname=name.as_string().strip('"')) as other:
                yield other
        finally:
            owner.execute(sql.SQL("DROP DATABASE {}").format(name))


def test_search_does_not_depend_on_the_clusters_locale(plain: psycopg.Connection) -> None:
    assert plain.execute("SELECT upper('ä')").fetchone() == ("ä",)  # it knows no letters but ASCII
    for name, queries in FOUND.items():
        (vector,) = write_vectors(Text(text) for text in DOCUMENTS[name])
        for words in queries.split(" ; "):
            query = write_tsquery(read_query(words), for_agents=True)
            found = plain.execute("SELECT %s::tsvector @@ %s::tsquery", [vector, query]).fetchone()
            assert (name, words, found) == (name, words, (True,))
