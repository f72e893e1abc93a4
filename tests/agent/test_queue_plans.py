"""Each hot query of the Tickets page uses its index in the application's role (P12)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from accounts.models import Agent
from accounts.tenancy import APP_ROLE, desk_scope
from helpdesk.agent import sql
from helpdesk.agent.lists import queue_queries
from helpdesk.agent.lists.filters import ORDERS, Sort
from helpdesk.agent.lists.queue_queries import read_sidebar, select_rows
from helpdesk.agent.lists.views import RECENT, select_view
from helpdesk.shared.cursors import Cursor
from tests.cast import NOON, Cast, make_cast
from tests.databases import keep_rows, vacuum
from tickets.conditions.values import SOON
from tickets.models import NO_DEADLINE, QueueRow, State, Ticket

AMOUNT = 6000
OPEN_SHARE = 7  # one in so many is open
ROWS_BLOCKS = 150  # P2 and issue 8: 51 rows of the queue, and all that they name


@pytest.fixture(scope="module")
def crowd(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    """A desk with thousands of tickets, most of them closed, beside another; with statistics."""
    with keep_rows(django_db_blocker):
        vacuum()
        casts = [make_crowded_cast("crowd"), make_crowded_cast("throng")]
        for cast in casts:
            rows = [make_row(cast, i) for i in range(AMOUNT)]
            with desk_scope(cast.desk):
                Ticket.objects.bulk_create(rows, batch_size=2000)
        analyze("tickets_ticket", "tickets_queuerow")
        yield casts[0]


@pytest.fixture
def full(crowd: Cast, db: None) -> Iterator[Cast]:
    """The crowd's desk with its scope entered. What a test changes is rolled back."""
    with desk_scope(crowd.desk):
        yield crowd


def make_crowded_cast(slug: str) -> Cast:
    return make_cast(
        slug,
        prefix=slug[:2].upper(),
        domain=f"{slug}.example",
        priorities=["High", "Medium", "Low"],
        mail_default="Medium",
    )


def analyze(*tables: str) -> None:
    """Collect the statistics of tables within this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE none")
        cursor.execute(f"ANALYZE {', '.join(tables)}")
        cursor.execute(f"SET ROLE {APP_ROLE}")


def make_row(cast: Cast, i: int) -> Ticket:
    at = NOON - timedelta(minutes=i)
    is_open = i % OPEN_SHARE == 0
    nth = i // OPEN_SHARE
    paid, *others = cast.departments.values()
    kinds = [*others, paid, *others]  # the fewer are of a department, the better its own index
    return Ticket(
        desk=cast.desk,
        number=1001 + i,
        subject=f"Ticket {i}",
        channel="email",
        priority=cast.default_priority,
        contact=cast.customer,
        account=cast.account,
        status=State.CLOSED if not is_open else State.OPEN if nth % 10 else State.ESCALATED,
        level="l1" if not is_open or nth % 10 else "l2",
        closed_at=None if is_open else at,
        due_at=at + timedelta(hours=8) if is_open and i % 3 else NO_DEADLINE,
        department=kinds[(nth + nth // 10) % len(kinds)],  # the escalated ones are of each
        assignee=[None, cast.analyst, cast.colleague, cast.lead][nth % 4],
        created_at=at,
        updated_at=at,
    )


def explain(statement: str, params: Any) -> tuple[set[str], int]:
    """Return the queue's indexes and the number of blocks of a plan in the application's role."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == (APP_ROLE,)
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", params)
        plan = cursor.fetchone()[0][0]["Plan"]
    found = re.findall(r"'Index Name': '(queue_\w+)'", str(plan))
    return set(found), plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]


def explain_badges(agent: Agent) -> str:
    """Return the plans of the sidebar's statements for an agent."""
    times = {"at": NOON, "soon": NOON + SOON, "recent": NOON - RECENT}
    counts = sql.select_counts(agent, **times, max_counted=1000, max_unread=100)
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
    ("", Sort.DEADLINE, "queue_due"),
    ("overdue", Sort.DEADLINE, "queue_due"),
    ("mine", Sort.DEADLINE, "queue_assignee"),
    ("unassigned", Sort.DEADLINE, "queue_assignee"),
    (paid, Sort.DEADLINE, "queue_department"),
    ("", Sort.ACTIVITY, "queue_changed"),
    ("all", Sort.ACTIVITY, "queue_all"),
    ("closed", Sort.ACTIVITY, "queue_all"),
    ("escalated", Sort.ACTIVITY, "queue_status"),
    ("l2", Sort.DEADLINE, "queue_level"),
    ("", Sort.NEWEST, "queue_number"),
    ("", Sort.OLDEST, "queue_number"),
    ("all", Sort.NEWEST, "queue_all_number"),
    ("closed", Sort.OLDEST, "queue_all_number"),
    ("", Sort.PRIORITY, "queue_priority"),
]
PLACES = ["first", "older", "newer"]


def place_cursor(cast: Cast, tickets: QuerySet[QueueRow], sort: Sort, at: int) -> Cursor:
    """The place of one of a view's tickets in an order."""
    if sort != Sort.PRIORITY:
        return Cursor(ORDERS[sort].sort(tickets).values_list(*ORDERS[sort].fields)[at])
    mine = tickets.filter(priority_id=cast.default_priority.pk)
    place = mine.order_by("due_at", "ticket_id").values_list("due_at", "ticket_id")[at]
    return Cursor((cast.default_priority.rank, *place))


def check_view(cast: Cast, agent: Agent, named: Any, sort: Sort, index: str, place: str) -> None:
    view = named if isinstance(named, str) else named(cast)
    tickets = select_view(agent, view, at=NOON)
    rows = select_rows(
        tickets,
        agent,
        order=ORDERS[sort],
        cursor=None if place == "first" else place_cursor(cast, tickets, sort, 20),
        backwards=place == "newer",
    )
    walked, blocks = explain(rows.sql, rows.params)
    assert (view, sort, walked) == (view, sort, {index})
    assert blocks <= ROWS_BLOCKS


@pytest.mark.parametrize("place", PLACES)
def test_each_view_goes_through_its_index(full: Cast, place: str) -> None:
    for named, sort, index in VIEWS:
        check_view(full, full.analyst, named, sort, index, place)


def test_the_badges_go_through_indexes_only(full: Cast) -> None:
    plan = explain_badges(full.analyst)
    assert "Seq Scan on tickets_queuerow" not in plan
    for index in ("queue_assignee", "queue_department"):  # overdue: any that has the time
        assert index in plan
    walks = re.findall(r"(\w.*Scan) using queue_", plan)
    assert set(walks) == {"Index Only Scan"}


def test_open_tickets_are_counted_once(full: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """By department, and those outside of every department; the sum has the limit of each."""
    outside = Ticket.objects.filter(status=State.OPEN).order_by("pk")[:5]
    Ticket.objects.filter(pk__in=[ticket.pk for ticket in outside]).update(department=None)
    amount = QueueRow.objects.filter(is_open=True).count()
    assert read_sidebar(full.analyst, at=NOON).open_tickets == amount > 800
    assert "(department_id IS NULL)" in explain_badges(full.analyst)  # and no walk over all

    monkeypatch.setattr(queue_queries, "MAX_COUNTED", 100)
    assert read_sidebar(full.analyst, at=NOON).open_tickets == 101


def test_new_rows_are_vacuumed_soon_in_a_table_of_any_size(full: Cast) -> None:
    """Until then, each index-only scan reads the rows themselves."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE relname = 'tickets_queuerow'")
        (options,) = cursor.fetchone()
    assert "autovacuum_vacuum_insert_scale_factor=0" in options
    assert "autovacuum_vacuum_insert_threshold=500" in options


def test_a_ticket_is_found_by_its_number_through_the_unique_key(full: Cast) -> None:
    named = Ticket.objects.filter(desk=full.desk, number=1500).order_by().values("id")
    _, blocks = explain(*named.query.sql_with_params())
    assert "ticket_number_unique" in named.explain()
    assert blocks <= 8  # a few more than on a fresh index: earlier tests leave dead entries
