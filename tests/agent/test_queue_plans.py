"""Each hot question of the Tickets page has its index, as the application's role sees it (performance.md, P12)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

import pytest
from django.db import connection

from accounts.tenancy import APP_ROLE, desk_scope
from helpdesk.agent import queries
from helpdesk.agent.queries import PAGE_SIZE, select_view
from helpdesk.cursors import Cursor, select_newer, select_older
from tests.cast import NOON, Cast
from tickets.models import State, Ticket

AMOUNT = 6000
UNDONE_SHARE = 20  # one in so many is undone
PAGE_BLOCKS = 300  # P2
JOINED_BLOCKS = 10  # a row's look-ups of contact, account, person, priority and clock


@pytest.fixture
def full(vacuumed: None, rocket: Cast, matter: Cast) -> Iterator[Cast]:
    """A desk with thousands of tickets, most of them closed, beside another; statistics as autovacuum makes them."""
    for cast in (rocket, matter):
        with desk_scope(cast.desk):
            Ticket.objects.bulk_create([make_row(cast, i) for i in range(AMOUNT)], batch_size=2000)
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE none")
        cursor.execute("ANALYZE tickets_ticket")
        cursor.execute(f"SET ROLE {APP_ROLE}")
    with desk_scope(rocket.desk):
        yield rocket


def make_row(cast: Cast, i: int) -> Ticket:
    at = NOON - timedelta(minutes=i)
    is_undone = i % UNDONE_SHARE == 0
    kinds = list(cast.departments.values())
    return Ticket(
        desk=cast.desk,
        number=1001 + i,
        subject=f"Ticket {i}",
        channel="email",
        priority=cast.default_priority,
        contact=cast.customer,
        account=cast.account,
        status=State.CLOSED if not is_undone else State.OPEN if i // UNDONE_SHARE % 10 else State.ESCALATED,
        closed_at=None if is_undone else at,
        department=kinds[i // UNDONE_SHARE % 3],
        assignee=[None, cast.analyst, cast.colleague, cast.lead][i // UNDONE_SHARE % 4],
        created_at=at,
        updated_at=at,
    )


def explain(sql: str, params: Sequence[object]) -> tuple[set[str], int]:
    """The indexes of tickets that a plan goes through, and the blocks that it reads, in the application's role."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == (APP_ROLE,)
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", params)
        plan = cursor.fetchone()[0][0]["Plan"]
    found = re.findall(r"'Index Name': '(ticket_\w+)'", str(plan))
    return set(found), plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]


VIEWS: list[tuple[Callable[[Cast], str], str]] = [
    (lambda cast: "", "ticket_desk_undone"),
    (lambda cast: "all", "ticket_desk_all"),
    (lambda cast: "mine", "ticket_mine_undone"),
    (lambda cast: "unassigned", "ticket_unassigned"),
    (lambda cast: "escalated", "ticket_desk_status"),
    (lambda cast: str(cast.departments["paid"].pk), "ticket_queue_undone"),
]


@pytest.mark.parametrize("place", ["first", "older", "newer"])
def test_each_view_goes_through_its_index(full: Cast, place: str) -> None:
    for view, index in VIEWS:
        tickets = select_view(full.analyst, view(full))
        middle = tickets.order_by("-updated_at", "-id")[20]
        cursor = Cursor(middle.updated_at, middle.pk)
        if place == "newer":
            page = select_newer(tickets, cursor, size=PAGE_SIZE)
        else:
            page = select_older(tickets, cursor if place == "older" else None, size=PAGE_SIZE)
        walked, blocks = explain(*page.values("id").query.sql_with_params())
        assert (view(full), walked) == (view(full), {index})
        assert blocks <= PAGE_BLOCKS
        walked, blocks = explain(*queries.make_rows_statement(page, full.analyst))
        assert (view(full), walked) == (view(full), {index})
        assert blocks <= PAGE_BLOCKS + 51 * JOINED_BLOCKS


def test_the_badges_go_through_indexes_only(full: Cast) -> None:
    limits = {"desk": full.desk.pk, "agent": full.analyst.pk, "most": 1001, "unread": 101}
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {queries.SIDEBAR}", limits)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Seq Scan on tickets_ticket" not in plan
    for index in ("ticket_desk_undone", "ticket_mine_undone", "ticket_unassigned", "ticket_queue_undone"):
        assert index in plan


def test_a_ticket_is_found_by_its_number_through_the_unique_key(full: Cast) -> None:
    named = Ticket.objects.filter(desk=full.desk, number=1500).order_by().values("id")
    indexes, blocks = explain(*named.query.sql_with_params())
    assert indexes == {"ticket_number_unique"}
    assert blocks <= 5
