"""Each hot query of the Tickets page uses its index in the application's role (P12)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from accounts.models import Agent
from accounts.tenancy import APP_ROLE, desk_scope
from helpdesk.agent import sql
from helpdesk.agent.filters import ORDERS, Sort
from helpdesk.agent.queue_queries import PAGE_SIZE, select_rows, select_view
from helpdesk.shared.cursors import Cursor, select_newer, select_older
from tests.cast import NOON, Cast
from tickets.models import NO_DEADLINE, State, Ticket

AMOUNT = 6000
OPEN_SHARE = 7  # one in so many is open
PAGE_BLOCKS = 300  # P2
JOINED_BLOCKS = 10  # a row's look-ups of contact, account, person, priority and clock


@pytest.fixture
def full(vacuumed: None, rocket: Cast, matter: Cast) -> Iterator[Cast]:
    """A desk with thousands of tickets, most of them closed, beside another; with statistics."""
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
    is_open = i % OPEN_SHARE == 0
    kinds = list(cast.departments.values())
    return Ticket(
        desk=cast.desk,
        number=1001 + i,
        subject=f"Ticket {i}",
        channel="email",
        priority=cast.default_priority,
        contact=cast.customer,
        account=cast.account,
        status=State.CLOSED
        if not is_open
        else State.OPEN
        if i // OPEN_SHARE % 10
        else State.ESCALATED,
        closed_at=None if is_open else at,
        due_at=at + timedelta(hours=8) if is_open and i % 3 else NO_DEADLINE,
        department=kinds[i // OPEN_SHARE % 3],
        assignee=[None, cast.analyst, cast.colleague, cast.lead][i // OPEN_SHARE % 4],
        created_at=at,
        updated_at=at,
    )


def explain(statement: str, params: Any) -> tuple[set[str], int]:
    """Return the ticket indexes and the number of blocks of a plan in the application's role."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == (APP_ROLE,)
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", params)
        plan = cursor.fetchone()[0][0]["Plan"]
    found = re.findall(r"'Index Name': '(ticket_\w+)'", str(plan))
    return set(found), plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]


def explain_badges(agent: Agent) -> str:
    """Return the plans of the sidebar's statements for an agent."""
    counts = sql.select_counts(agent, at=NOON, max_counted=1000, max_unread=100)
    departments = sql.select_departments(agent, max_counted=1000)
    with connection.cursor() as cursor:
        lines: list[str] = []
        for query in (counts, departments):
            cursor.execute(f"EXPLAIN {query.sql}", query.params)
            lines += [line for (line,) in cursor.fetchall()]
    return "\n".join(lines)


def paid(cast: Cast) -> str:
    return str(cast.departments["paid"].pk)


VIEWS: list[tuple[str | Callable[[Cast], str], Sort, str]] = [
    ("", Sort.DEADLINE, "ticket_desk_due"),
    ("overdue", Sort.DEADLINE, "ticket_desk_due"),
    ("mine", Sort.DEADLINE, "ticket_mine_due"),
    ("unassigned", Sort.DEADLINE, "ticket_unassigned_due"),
    (paid, Sort.DEADLINE, "ticket_queue_due"),
    ("", Sort.ACTIVITY, "ticket_desk_open"),
    ("all", Sort.ACTIVITY, "ticket_desk_all"),
    ("mine", Sort.ACTIVITY, "ticket_mine_open"),
    ("unassigned", Sort.ACTIVITY, "ticket_unassigned"),
    ("escalated", Sort.ACTIVITY, "ticket_desk_status"),
    (paid, Sort.ACTIVITY, "ticket_queue_open"),
    ("", Sort.NEWEST, "ticket_open_number"),
    ("", Sort.OLDEST, "ticket_open_number"),
    ("all", Sort.NEWEST, "ticket_number_unique"),
    ("closed", Sort.OLDEST, "ticket_number_unique"),
]


@pytest.mark.parametrize("place", ["first", "older", "newer"])
def test_each_view_goes_through_its_index(full: Cast, place: str) -> None:
    for named, sort, index in VIEWS:
        view = named if isinstance(named, str) else named(full)
        order, tickets = ORDERS[sort], select_view(full.analyst, view, at=NOON)
        cursor = Cursor(order.sort(tickets).values_list(*order.fields)[20])
        if place == "newer":
            page = select_newer(tickets, cursor, size=PAGE_SIZE, order=order)
        else:
            page = select_older(
                tickets, cursor if place == "older" else None, size=PAGE_SIZE, order=order
            )
        walked, blocks = explain(*page.values("id").query.sql_with_params())
        assert (view, sort, walked) == (view, sort, {index})
        assert blocks <= PAGE_BLOCKS
        rows = select_rows(page, full.analyst, order=order, backwards=place == "newer")
        walked, blocks = explain(rows.sql, rows.params)
        assert (view, sort, walked) == (view, sort, {index})
        assert blocks <= PAGE_BLOCKS + 51 * JOINED_BLOCKS


def test_the_badges_go_through_indexes_only(full: Cast) -> None:
    plan = explain_badges(full.analyst)
    assert "Seq Scan on tickets_ticket" not in plan
    by_view = [
        "desk_(open|due)|open_number",
        "mine_(open|due)",
        "unassigned(_due)?",
        "queue_(open|due)",
    ]
    for index in by_view:
        assert re.search(rf"ticket_({index})\b", plan), index


def test_a_ticket_is_found_by_its_number_through_the_unique_key(full: Cast) -> None:
    named = Ticket.objects.filter(desk=full.desk, number=1500).order_by().values("id")
    indexes, blocks = explain(*named.query.sql_with_params())
    assert indexes == {"ticket_number_unique"}
    assert blocks <= 8  # a few more than on a fresh index: earlier tests leave dead entries
