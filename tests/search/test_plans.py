"""Each way of the search goes through its index, called in the application's role (P5, P12).

What it reads is counted, so a plan that gets worse fails.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection

from accounts.models import Agent, AgentDepartment, Department, Visibility
from accounts.tenancy import APP_ROLE, desk_scope
from tests.agent.test_queue_plans import analyze, make_crowded_cast, make_row
from tests.cast import Cast
from tests.databases import keep_rows, vacuum
from tickets.models import Ticket
from tickets.search.find import MAX_HITS, search_for_agent, search_for_contact, search_tickets
from tickets.search.words import VERSION

AMOUNT = 6_000  # documents of the desk, over all sizes of blocks
STEP = 25  # from number to number
OTHERS = 1_000  # of another desk
RARE = 200  # one document in so many has the rare word
OLD = 5_500  # documents, the oldest, with a word that no newer one has
NEWEST = 2 * 4096 // STEP  # documents in the two newest blocks of the smallest size
WORDS, BY_TICKET = "search_document_words", "search_document_part"

DOCUMENTS = """
INSERT INTO tickets_searchdocument (desk_id, ticket_id, number, part, version, document)
SELECT desk_id, id, number, 1, %(version)s, search_blocks(desk_id, number) || (
  SELECT string_agg(quote_literal(to_hex(desk_id) || '@' || word) || ':' || place, ' ')
  FROM (VALUES
    ('server', 50), ('w' || i %% 1000, 50), ('alpha', 3),
    ('beta', CASE WHEN i %% %(rare)s = 7 THEN 4 ELSE 90 END),
    (CASE WHEN i %% %(rare)s = 7 THEN 'quokka' END, 50),
    (CASE WHEN i < %(old)s THEN 'legacy' END, 50), (%(own)s, 50)
  ) words (word, place))::tsvector
FROM (SELECT *, (number - 1001) / %(step)s AS i FROM tickets_ticket) t WHERE desk_id = %(desk)s
"""


@pytest.fixture(scope="module")
def crowds(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Cast, Cast]]:
    """A desk with thousands of documents, beside another; with statistics."""
    with keep_rows(django_db_blocker):
        vacuum()
        casts = make_crowded_cast("rocket"), make_crowded_cast("matter")
        fill_documents(casts)
        analyze("tickets_searchdocument", "tickets_ticket")
        yield casts


@pytest.fixture
def full(crowds: tuple[Cast, Cast], db: None) -> Iterator[Cast]:
    """The larger desk with its scope entered. What a test changes is rolled back."""
    with desk_scope(crowds[0].desk):
        yield crowds[0]


@pytest.fixture
def other(crowds: tuple[Cast, Cast], db: None) -> Cast:
    """The smaller desk."""
    return crowds[1]


def fill_documents(casts: Sequence[Cast]) -> None:
    for cast, amount in zip(casts, (AMOUNT, OTHERS), strict=True):
        with desk_scope(cast.desk), connection.cursor() as cursor:
            rows = [make_row(cast, i) for i in range(amount)]
            for i, row in enumerate(rows):
                row.number = 1001 + i * STEP
            Ticket.objects.bulk_create(rows, batch_size=2000)
            given = {"desk": cast.desk.pk, "own": cast.desk.slug, "version": VERSION}
            cursor.execute(DOCUMENTS, given | {"rare": RARE, "old": OLD, "step": STEP})


@dataclass(frozen=True)
class Reads:
    """What a search used: indexes (or "whole table"), and documents fetched."""

    indexes: set[str]
    rows: int


def count() -> tuple[dict[str, int], int]:
    """Return how often each index was used in this transaction, and documents fetched."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, pg_stat_get_xact_numscans(c.oid) FROM pg_index i"
            " JOIN pg_class c ON c.oid = i.indexrelid"
            " WHERE i.indrelid IN ('tickets_searchdocument'::regclass)"
            " UNION ALL SELECT 'whole table',"
            " pg_stat_get_xact_numscans('tickets_searchdocument'::regclass)"
        )
        scans = dict(cursor.fetchall())
        cursor.execute(
            "SELECT sum(pg_stat_get_xact_tuples_fetched(c.oid)) FROM pg_class c"
            " WHERE c.relname = 'tickets_searchdocument' OR c.relname LIKE 'search\\_document\\_%'"
            " OR c.relname = 'tickets_searchdocument_pkey'"
        )
        return scans, cursor.fetchone()[0]


class Watch:
    """Counts what the searches in its block read, as the application's role."""

    def __enter__(self) -> Watch:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            assert cursor.fetchone() == (APP_ROLE,)
        self.before, self.fetched = count()
        return self

    def __exit__(self, *args: object) -> None:
        after, fetched = count()
        used = {name for name, scans in after.items() if scans > self.before[name]}
        self.reads = Reads(used - {"tickets_searchdocument_pkey"}, fetched - self.fetched)


def list_newest(amount: int) -> list[int]:
    return list(Ticket.objects.order_by("-number").values_list("pk", flat=True)[:amount])


def test_a_rare_word_goes_through_the_words_and_reads_its_hits_only(full: Cast) -> None:
    with Watch() as watch:
        found = search_tickets(desk=full.desk, words="quokka")
    assert watch.reads.indexes == {WORDS}
    assert len(found) == AMOUNT // RARE
    # Those in the newest blocks are read for each size of block, and each hit once more by its id.
    assert watch.reads.rows <= 4 * len(found)
    assert search_tickets(desk=full.desk, words="server quokka") == found
    assert search_tickets(desk=full.desk, words="zilch") == []


def test_a_frequent_word_reads_no_more_than_the_newest_blocks(full: Cast) -> None:
    with Watch() as watch:
        found = search_tickets(desk=full.desk, words="server")
    assert watch.reads.indexes == {WORDS}
    assert watch.reads.rows <= NEWEST + MAX_HITS + 50
    assert found == list_newest(MAX_HITS)


def test_hits_are_ordered_by_number_and_the_cut_is_exact(full: Cast) -> None:
    """Also where the hits reach beyond the newest blocks."""
    with desk_scope(full.desk):
        ids = list_newest(AMOUNT)
    for limit in (1, 150, 300, 400, AMOUNT + 5):
        found = search_tickets(desk=full.desk, words="server", limit=limit)
        assert (limit, found) == (limit, ids[:limit])


def test_a_frequent_word_of_old_tickets_only_is_found(full: Cast) -> None:
    with Watch() as watch:
        found = search_tickets(desk=full.desk, words="legacy")
    assert watch.reads.indexes == {WORDS}
    expected = Ticket.objects.filter(number__lt=1001 + OLD * STEP).order_by("-number")
    assert found == list(expected.values_list("pk", flat=True)[:MAX_HITS])


@pytest.mark.parametrize("words", ["rocket", "server -w1 -quokka rocket", "rock"])
def test_a_word_that_is_frequent_at_other_desks_costs_nothing(
    full: Cast, other: Cast, words: str
) -> None:
    with desk_scope(other.desk):
        with Watch() as watch:
            assert search_tickets(desk=other.desk, words=words) == []
        assert watch.reads == Reads({WORDS}, 0)


def test_a_small_desk_reads_its_own_documents_only(full: Cast, other: Cast) -> None:
    with desk_scope(other.desk):
        with Watch() as watch:
            assert len(search_tickets(desk=other.desk, words="server")) == MAX_HITS
        assert watch.reads.indexes == {WORDS}
        assert watch.reads.rows <= OTHERS + MAX_HITS + 50


def test_a_phrase_of_frequent_words_says_where_it_stopped(full: Cast) -> None:
    agent = Agent.objects.get(pk=full.analyst.pk)
    with Watch() as watch:
        found = search_for_agent(agent, '"alpha beta"')
    assert watch.reads.indexes == {WORDS}
    assert found.unchecked_before is not None
    numbers = list(Ticket.objects.filter(pk__in=found.ids).values_list("number", flat=True))
    expected = [1001 + i * STEP for i in range(AMOUNT) if i % RARE == 7]
    assert sorted(numbers) == [n for n in expected if n >= found.unchecked_before]
    assert len(numbers) >= 2000 // RARE
    more = search_for_agent(agent, '"alpha beta"', before=found.unchecked_before)
    assert more.ids
    assert set(more.ids).isdisjoint(found.ids)
    # With a rare word beside it every ticket is checked.
    found = search_for_agent(agent, 'quokka "alpha beta"')
    assert (len(found.ids), found.unchecked_before) == (AMOUNT // RARE, None)


def test_an_agent_who_sees_few_departments_finds_the_newest_they_see(full: Cast) -> None:
    """Hits of hidden departments crowd out none, however many there are."""
    agent = Agent.objects.get(pk=full.colleague.pk)
    shown = full.departments["paid"]
    Department.objects.exclude(pk=shown.pk).update(visibility=Visibility.MEMBERS)
    AgentDepartment.objects.filter(agent=agent).delete()
    AgentDepartment.objects.create(desk=full.desk, agent=agent, department=shown)
    seen = Ticket.objects.filter(department=shown) | Ticket.objects.filter(assignee=agent)
    expected = list(seen.order_by("-number").values_list("pk", flat=True)[:MAX_HITS])
    with Watch() as watch:
        found = search_for_agent(Agent.objects.get(pk=agent.pk), "server")
    assert watch.reads.indexes == {WORDS}
    assert found.ids == expected


def test_a_customers_search_reads_their_tickets(full: Cast) -> None:
    mine = full.elsewhere
    ids = list_newest(AMOUNT)[5::60]
    Ticket.objects.filter(pk__in=ids).update(contact=mine)
    with Watch() as watch:
        assert set(search_for_contact(mine, "server")) == set(ids)
    assert watch.reads == Reads({BY_TICKET}, len(ids))


def test_a_customer_with_many_tickets_is_answered_through_the_words(full: Cast) -> None:
    with Watch() as watch:
        found = search_for_contact(full.customer, "quokka")
    assert watch.reads.indexes == {WORDS}
    assert len(found) == AMOUNT // RARE


def test_the_first_call_of_a_connection_has_the_plan_of_all(full: Cast) -> None:
    """PostgreSQL would plan the first five calls again each time, with their own words."""
    reads = []
    with connection.cursor() as cursor:
        cursor.execute("DISCARD PLANS")
    for _ in range(7):
        with Watch() as watch:
            search_tickets(desk=full.desk, words="server w7")
        reads.append(watch.reads)
    assert set(map(str, reads)) == {str(reads[0])}
