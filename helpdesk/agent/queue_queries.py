"""Queries of the sidebar and of ticket lists, bounded regardless of the desk's size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.translation import get_language

from accounts.models import Agent
from helpdesk.agent import sql, statements
from helpdesk.agent.sql import Choice, Counts, DepartmentCount
from helpdesk.agent.statements import Query
from helpdesk.shared.cursors import LAST_CHANGE, Cursor, Order, select_newer, select_older
from helpdesk.shared.numbers import parse_number
from tickets.access import tickets_for_agent
from tickets.models import OPEN_STATES, State, Ticket

PAGE_SIZE = 50
MAX_COUNTED = 1000
MAX_UNREAD = 100
MAX_ACCOUNTS = 200  # offered as a filter; any other account's own page leads to its tickets


@dataclass(frozen=True, slots=True)
class Sidebar:
    """The figures of the sidebar. A count of its limit plus one means "more than the limit".

    choices: for a queue, what it can be filtered by: "priority", "agent" and "account".
    """

    counts: Counts
    departments: list[DepartmentCount]
    choices: dict[str, list[Choice]] = field(default_factory=dict)


def read_sidebar(agent: Agent, *, at: datetime) -> Sidebar:
    """Read the figures of an agent's sidebar in one round trip. at: the time of "overdue"."""
    counts, departments = statements.fetch_all(*_select_sidebar(agent, at))
    return Sidebar(counts[0], departments)


def read_sidebar_with_choices(agent: Agent, *, at: datetime, account_id: int = 0) -> Sidebar:
    """Read the sidebar and the choices of a queue's filters in one round trip.

    account_id: the account the queue is filtered by, which may be beyond MAX_ACCOUNTS.
    """
    counts, departments, priorities, agents, accounts = statements.fetch_all(
        *_select_sidebar(agent, at),
        sql.select_priorities(agent.desk_id),
        sql.select_agents(agent.desk_id),
        sql.select_accounts(agent.desk_id, account_id=account_id, limit=MAX_ACCOUNTS),
    )
    choices = {"priority": priorities, "agent": agents, "account": accounts}
    return Sidebar(counts[0], departments, choices)


def _select_sidebar(agent: Agent, at: datetime) -> tuple[Query[Counts], Query[DepartmentCount]]:
    return (
        sql.select_counts(agent, at=at, max_counted=MAX_COUNTED, max_unread=MAX_UNREAD),
        sql.select_departments(agent, max_counted=MAX_COUNTED),
    )


@dataclass(frozen=True, slots=True)
class Row:
    """A ticket of a list. deadline: of its order; due_at and met_at: of its clock."""

    id: int
    number: int
    subject: str
    channel: str
    status: str
    first_responded_at: datetime | None
    reopen_until: datetime | None
    updated_at: datetime
    deadline: datetime
    priority_rank: int
    priority_name: str
    assignee_name: str | None
    contact_name: str
    contact_email: str
    account_id: int | None
    account_name: str | None
    due_at: datetime | None
    met_at: datetime | None
    is_unread: bool


_COLUMNS = (
    "id",
    "number",
    "subject",
    "channel",
    "status",
    "first_responded_at",
    "reopen_until",
    "updated_at",
    "due_at",
    "priority_id",
    "assignee_id",
    "contact_id",
    "account_id",
)
# The field of an order: its column in sql.TICKET_ROWS, and its attribute of Row.
_NAMES = {
    "priority__rank": ("priority.rank", "priority_rank"),
    "due_at": ("t.due_at", "deadline"),
}


class Page(NamedTuple):
    """A page of rows, with the cursors before and after it in its order, or None at an end."""

    rows: list[Row]
    newer: Cursor | None
    older: Cursor | None


def select_view(agent: Agent, view: str, *, at: datetime) -> QuerySet[Ticket]:
    """Return the tickets of a view that the agent may see.

    view: "" (open), "mine", "unassigned", "overdue" (at this time), "all", a state, or a
    department's id. Each has its own index (tests/agent/test_queue_plans.py). Raises ValueError
    for anything else.
    """
    tickets = tickets_for_agent(agent)
    open_tickets = tickets.filter(status__in=OPEN_STATES)
    named = {
        "": open_tickets,
        "all": tickets,
        "mine": open_tickets.filter(assignee=agent),
        "unassigned": open_tickets.filter(assignee__isnull=True),
        "overdue": open_tickets.filter(due_at__lt=at),
    }
    if view in named:
        return named[view]
    if view in State.values:
        return tickets.filter(status=view)
    department_id = parse_number(view)
    if department_id is None:
        raise ValueError(view)
    return open_tickets.filter(department_id=department_id)


def read_page(
    tickets: QuerySet[Ticket],
    *,
    agent: Agent,
    order: Order = LAST_CHANGE,
    older_than: Cursor | None = None,
    newer_than: Cursor | None = None,
) -> Page:
    """Read up to PAGE_SIZE rows beside a cursor, in one statement that no offset slows down."""
    if newer_than is not None:
        return _read_newer(tickets, agent, newer_than, order)
    page = select_older(tickets, older_than, size=PAGE_SIZE, order=order)
    found = select_rows(page, agent, order=order).fetch()
    rows = found[:PAGE_SIZE]
    has_more = len(found) > PAGE_SIZE
    return Page(
        rows,
        _get_cursor(rows, 0, order) if older_than else None,
        _get_cursor(rows, -1, order) if has_more else None,
    )


def _read_newer(tickets: QuerySet[Ticket], agent: Agent, cursor: Cursor, order: Order) -> Page:
    page = select_newer(tickets, cursor, size=PAGE_SIZE, order=order)
    found = select_rows(page, agent, order=order, backwards=True).fetch()
    rows = found[:PAGE_SIZE][::-1]
    has_more = len(found) > PAGE_SIZE
    newer = _get_cursor(rows, 0, order) if has_more else None
    return Page(rows, newer, _get_cursor(rows, -1, order))


def _get_cursor(rows: Sequence[Row], index: int, order: Order) -> Cursor | None:
    if not rows:
        return None
    names = (_NAMES.get(name, ("", name))[1] for name in order.fields)
    return Cursor(tuple(getattr(rows[index], name) for name in names))


def read_found(tickets: QuerySet[Ticket], agent: Agent, ids: Sequence[int]) -> list[Row]:
    """Read the rows of those of the tickets that a search found, in the search's order."""
    if not ids:
        return []
    found = select_rows(tickets.filter(pk__in=ids).order_by(), agent).fetch()
    rows = {row.id: row for row in found}
    return [rows[ticket_id] for ticket_id in ids if ticket_id in rows]


def select_rows(
    page: QuerySet[Ticket], agent: Agent, *, order: Order = LAST_CHANGE, backwards: bool = False
) -> Query[Row]:
    """Return the statement of a list's rows. page: the tickets, already cut to a page."""
    page_sql, page_params = page.values(*_COLUMNS).query.sql_with_params()
    direction = "DESC" if order.is_descending != backwards else "ASC"
    columns = (_NAMES.get(name, (f"t.{name}", ""))[0] for name in order.fields)
    ordered_by = ", ".join(f"{column} {direction}" for column in columns)
    params: list[Any] = [get_language(), agent.pk, MAX_UNREAD, *page_params]
    return Query(
        sql.TICKET_ROWS.format(page=page_sql, order=ordered_by), params, Row, is_constant=False
    )
