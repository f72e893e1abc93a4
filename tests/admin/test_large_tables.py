"""Lists of tickets, messages and events neither count their tables nor query per row."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.admin import large_lists
from accounts.models import AuditEntry, Contact
from accounts.tenancy import desk_scope
from channels_intake.models import (
    ChannelEvent,
    CodeEvent,
    InboundMessage,
    OutgoingCall,
    OutgoingEmail,
    PageEvent,
)
from sla.models import Clock
from tests.admin.filling import fill_desk
from tests.cast import NOON, Cast
from tickets.models import Message, Note, Ticket, TicketEvent

LARGE = [
    Ticket, Message, Note, TicketEvent, Clock, InboundMessage, OutgoingEmail, AuditEntry, Contact,
    CodeEvent, OutgoingCall, PageEvent, ChannelEvent,
]  # fmt: skip


@pytest.mark.parametrize("table", ["ticket", "message", "ticketevent"])
def test_a_longer_list_takes_no_more_queries_and_counts_nothing(
    table: str, rocket: Cast, at_rocket: Client
) -> None:
    counts = []
    for more in (1, 8):
        with desk_scope(rocket.desk):
            for _ in range(more):
                rocket.open_ticket()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert at_rocket.get(f"/rocket/admin/tickets/{table}/").status_code == 200
        assert not [q["sql"] for q in queries if "COUNT(" in q["sql"].upper()]
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] < 20


def list_statements(client: Client, model: type[Model], query: str = "") -> list[str]:
    """The statements on a model's table that its list sends."""
    with CaptureQueriesContext(connection) as queries:
        path = f"/rocket/admin/{model._meta.app_label}/{model._meta.model_name}/{query}"
        assert client.get(path).status_code == 200
    return [q["sql"] for q in queries if f'FROM "{model._meta.db_table}"' in q["sql"]]


@pytest.mark.usefixtures("unmeasured")
@pytest.mark.parametrize("model", LARGE, ids=lambda model: model.__name__)
def test_a_page_is_limited_before_other_tables_are_joined(
    model: type[Model], rocket: Cast, at_rocket: Client
) -> None:
    fill_desk(rocket)
    cut, page, *_ = list_statements(at_rocket, model)
    assert "LIMIT 50" in cut
    assert " JOIN " not in cut
    assert " IN (" in page
    with desk_scope(rocket.desk), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute(f"EXPLAIN {cut}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert not re.search(r"-> +Sort ", plan)  # the desk's index has the order
    assert "Index Cond: (desk_id = " in plan


@pytest.mark.parametrize("model", [CodeEvent, PageEvent, ChannelEvent])
def test_a_list_of_events_reads_no_payloads(
    model: type[Model], rocket: Cast, at_rocket: Client
) -> None:
    fill_desk(rocket)
    assert not [sql for sql in list_statements(at_rocket, model) if '"raw"' in sql]


def test_the_list_has_one_order_and_a_last_page(rocket: Cast, at_rocket: Client) -> None:
    with desk_scope(rocket.desk):
        tickets = [rocket.open_ticket(subject=f"Z {9 - n}") for n in range(3)]
    page = at_rocket.get("/rocket/admin/tickets/ticket/?o=2").content.decode()
    places = [page.index(ticket.subject) for ticket in tickets]
    assert places == sorted(places, reverse=True)  # newest first, whatever the URL asks for
    beyond = at_rocket.get(f"/rocket/admin/tickets/ticket/?p={large_lists.MAX_PAGES + 1}")
    assert beyond.status_code == 302


def test_an_unindexed_filter_covers_the_newest_rows_and_says_so(
    rocket: Cast, at_rocket: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large_lists, "MAX_FILTERED", 2)
    with desk_scope(rocket.desk):
        for n in range(3):
            rocket.open_ticket(subject=f"Printer {n}", at=NOON + timedelta(minutes=n))
    page = at_rocket.get("/rocket/admin/tickets/ticket/?status__exact=open").content.decode()
    assert " results" not in page  # nothing is counted
    assert [n for n in range(3) if f"Printer {n}" in page] == [1, 2]
    assert "newest 10,000 records" in page
    assert (
        "newest 10,000 records"
        not in at_rocket.get("/rocket/admin/tickets/ticket/").content.decode()
    )
