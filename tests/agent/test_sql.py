"""Hand-written statements: named columns, several in one round trip, Django's errors."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import ProgrammingError, connection, transaction

from accounts.models import Agent
from helpdesk.agent import sql, statements
from helpdesk.agent.notes.sql import select_notes
from helpdesk.agent.sql import Choice
from helpdesk.agent.statements import Query
from helpdesk.agent.ticket_page import ticket_sql
from tests.cast import NOON, Cast
from tests.departments import close_department
from tickets.events import EventKind


def test_columns_are_read_by_name(db: None) -> None:
    query = Query("SELECT 'Ana' AS name, 7 AS id", {}, Choice)
    assert query.fetch() == [Choice(id=7, name="Ana")]


def test_a_column_that_the_row_has_not_is_an_error(db: None) -> None:
    with pytest.raises(TypeError):
        Query("SELECT 7 AS id, 'Ana' AS nane", {}, Choice).fetch()


def test_several_statements_come_back_in_their_order(db: None) -> None:
    queries = [
        Query(
            "SELECT %(n)s::int AS id, 'row' AS name FROM generate_series(1, %(n)s::int)",
            {"n": n},
            Choice,
        )
        for n in range(4)
    ]
    assert [len(rows) for rows in statements.fetch_all(*queries)] == [0, 1, 2, 3]


def test_an_error_in_a_pipeline_is_djangos_and_the_connection_stays_usable(db: None) -> None:
    good = Query("SELECT 1 AS id, 'Ana' AS name", {}, Choice)
    bad = Query("SELECT id, name FROM no_such_table", {}, Choice)
    with pytest.raises(ProgrammingError), transaction.atomic():
        statements.fetch_all(good, bad, good)
    assert statements.fetch_all(good, good) == [[Choice(1, "Ana")], [Choice(1, "Ana")]]


def test_a_statement_reads_its_own_desk_only(in_rocket: Cast, matter: Cast) -> None:
    foreign, own = matter.desk.pk, in_rocket.desk.pk
    assert sql.select_agents(own).fetch()
    assert sql.select_priorities(own).fetch()
    assert sql.select_agents(foreign).fetch() == []
    assert sql.select_priorities(foreign).fetch() == []


def test_who_can_be_assigned_follows_the_department(in_rocket: Cast) -> None:
    paid = close_department(in_rocket, "paid", members=(in_rocket.analyst,))

    def names(*, members_only: bool, assignee: Agent | None = None) -> set[str]:
        query = sql.select_assignable_agents(
            in_rocket.desk.pk,
            department_id=paid.pk,
            assignee_id=assignee.pk if assignee else None,
            members_only=members_only,
        )
        return {choice.name for choice in query.fetch()}

    assert names(members_only=True) == {"Admin", "Analyst", "Lead"}
    assert names(members_only=True, assignee=in_rocket.colleague) == {
        "Admin",
        "Analyst",
        "Colleague",
        "Lead",
    }
    everyone = names(members_only=False)
    assert "Colleague" in everyone
    assert "Observer" not in everyone


def test_events_and_notes_come_back_as_models(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    since = datetime(2000, 1, 1, tzinfo=UTC)
    kinds = [EventKind.TICKET_OPENED]
    opened = ticket_sql.select_events(ticket.pk, kinds=kinds, since=since)
    ((event,), _) = statements.fetch_together(opened, opened)
    assert (event.kind, event.at, event.data["priority"]) == (kinds[0], NOON, "Medium")
    assert ticket_sql.select_events(ticket.pk, kinds=[], since=since).fetch() == []
    assert select_notes(ticket.pk, since=since).fetch() == []


@pytest.mark.usefixtures("unmeasured")
def test_files_of_messages_and_notes_are_found_by_index_in_a_table_of_any_size(
    in_rocket: Cast,
) -> None:
    query = ticket_sql.select_files(1, message_ids=[1, 2], since=NOON)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {query.sql}", query.params)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Seq Scan on tickets_attachment" not in plan
    assert "BitmapOr" in plan
