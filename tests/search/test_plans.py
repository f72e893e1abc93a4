"""Each way of the search goes through its index, called in the application's role (P5, P12)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection

from accounts.tenancy import APP_ROLE, desk_scope
from tests.agent.test_queue_plans import make_row
from tests.cast import NOON, Cast
from tickets.models import SearchDocument, Ticket
from tickets.search.find import search_for_contact, search_tickets
from tickets.search.words import VERSION

AMOUNT = 16_000  # documents of the desk; a word in most of them is looked for in the newest
OTHERS = 1_000  # of another desk
RARE = 800  # one document in so many has the rare word
OLD = 12_000  # documents, the oldest, with a word that no newer one has


@pytest.fixture
def full(vacuumed: None, rocket: Cast, matter: Cast) -> Iterator[Cast]:
    for cast, amount in ((rocket, AMOUNT), (matter, OTHERS)):
        with desk_scope(cast.desk):
            rows = [make_row(cast, i) for i in range(amount)]
            tickets = Ticket.objects.bulk_create(rows, batch_size=2000)
            SearchDocument.objects.bulk_create(
                [make_document(cast, ticket, i) for i, ticket in enumerate(tickets)],
                batch_size=2000,
            )
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE none")
        cursor.execute("ANALYZE tickets_searchdocument")
        cursor.execute(f"SET ROLE {APP_ROLE}")
    with desk_scope(rocket.desk):
        yield rocket


def make_document(cast: Cast, ticket: Ticket, i: int) -> SearchDocument:
    words = [f"'@{cast.desk.pk}':1", "'server':2", f"'w{i % 4000}':3"]
    words += ["'quokka':4"] if i % RARE == 7 else []
    words += ["'legacy':5"] if i >= AMOUNT - OLD else []
    return SearchDocument(
        desk=cast.desk,
        ticket=ticket,
        changed_at=NOON - timedelta(minutes=i),
        version=VERSION,
        document=" ".join(words),
    )


def count_scans() -> dict[str, int]:
    """Return how often each index of the documents was used in this transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, pg_stat_get_xact_numscans(c.oid) FROM pg_index i"
            " JOIN pg_class c ON c.oid = i.indexrelid"
            " WHERE i.indrelid IN ('tickets_searchdocument'::regclass)"
            " UNION ALL SELECT 'whole table',"
            " pg_stat_get_xact_numscans('tickets_searchdocument'::regclass)"
        )
        return dict(cursor.fetchall())


def search(cast: Cast, words: str) -> tuple[list[int], set[str]]:
    """Search; return the hits and the indexes that were used."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == (APP_ROLE,)
    before = count_scans()
    found = search_tickets(desk=cast.desk, words=words)
    after = count_scans()
    return found, {name for name, count in after.items() if count > before[name]}


def test_a_rare_word_goes_through_the_words(full: Cast) -> None:
    found, used = search(full, "quokka")
    assert used == {"search_document_words"}
    assert len(found) == AMOUNT // RARE
    assert search(full, "server quokka") == (found, {"search_document_words"})
    assert search(full, "zilch") == ([], {"search_document_words"})


def test_a_frequent_word_goes_through_the_newest(full: Cast) -> None:
    found, used = search(full, "server")
    assert used == {"search_document_newest"}
    newest = Ticket.objects.order_by("-updated_at").values_list("pk", flat=True)
    assert found == list(newest[: len(found)])


def test_a_frequent_word_of_old_tickets_goes_through_both(full: Cast) -> None:
    found, used = search(full, "legacy")
    assert used >= {"search_document_newest", "search_document_words"}
    assert "whole table" not in used
    assert len(found) == 200


def test_a_frequent_word_of_other_desks_causes_no_scan(full: Cast, matter: Cast) -> None:
    """The planner expects thousands of hits, since it knows no words of one desk."""
    with desk_scope(matter.desk):
        found, used = search(matter, "server -w1 -quokka legacy")
        assert found == []
        assert used <= {"search_document_words", "search_document_newest"}


def test_a_small_desk_reads_its_own_documents_only(full: Cast, matter: Cast) -> None:
    with desk_scope(matter.desk):
        found, used = search(matter, "server")
        assert len(found) == 200
        assert "whole table" not in used
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT (pg_stat_get_xact_tuples_fetched('tickets_searchdocument'::regclass))"
            )
            (fetched,) = cursor.fetchone()
    assert fetched <= OTHERS + 100


def test_a_customers_search_goes_through_their_tickets(full: Cast) -> None:
    before = count_scans()
    found = search_for_contact(full.customer, "quokka")
    after = count_scans()
    assert len(found) > 5
    used = {name for name, count in after.items() if count > before[name]}
    assert "whole table" not in used
