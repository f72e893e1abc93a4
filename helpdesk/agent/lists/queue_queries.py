"""Queries of the sidebar and of ticket lists, bounded regardless of the desk's size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.translation import get_language

from accounts.models import Agent
from helpdesk.agent import sql, statements
from helpdesk.agent.lists.choices import NAMES, select_choices
from helpdesk.agent.lists.priority_order import cut_by_priority
from helpdesk.agent.lists.saved_lists import SavedName, select_saved_names
from helpdesk.agent.lists.views import RECENT
from helpdesk.agent.sql import Choice, Counts, DepartmentCount
from helpdesk.agent.statements import Query
from helpdesk.shared.cursors import (
    BY_PRIORITY,
    LAST_CHANGE,
    Cursor,
    Order,
    is_beyond,
    select_newer,
    select_older,
)
from tickets.conditions.values import MAX_UNREAD, SOON
from tickets.models import QueueRow

PAGE_SIZE = 50
MAX_COUNTED = 1000
MAX_WALKED = 1000  # tickets checked per page with filters that have no index


@dataclass(frozen=True, slots=True)
class Sidebar:
    """The figures of the sidebar. A count of its limit plus one means "more than the limit".

    choices: for a queue, what it can be filtered by, by the NAMES of choices.py.
    """

    counts: Counts
    departments: list[DepartmentCount]
    saved: list[SavedName]
    choices: dict[str, list[Choice]] = field(default_factory=dict)

    @property
    def open_tickets(self) -> int:
        """Number of open tickets that the agent sees, summed up from the departments."""
        found = self.counts.no_department + sum(each.open_tickets for each in self.departments)
        return min(found, MAX_COUNTED + 1)


def read_sidebar(agent: Agent, *, at: datetime) -> Sidebar:
    """Read the figures of an agent's sidebar in one statement. at: the time of "overdue"."""
    counts, departments, saved = statements.fetch_together(*_select_sidebar(agent, at))
    return Sidebar(counts[0], departments, saved)


def read_sidebar_with_choices(agent: Agent, *, at: datetime, filters: Mapping[str, str]) -> Sidebar:
    """Read the sidebar and the choices of a queue's filters in one statement.

    filters: the active ones.
    """
    sidebar, _none = read_sidebar_together(agent, at=at, filters=filters)
    return sidebar


def read_sidebar_together(
    agent: Agent, *, at: datetime, filters: Mapping[str, str], also: Sequence[Query[Any]] = ()
) -> tuple[Sidebar, list[list[Any]]]:
    """Read the same together with the rows of further constant statements."""
    counts, departments, saved, *found = statements.fetch_together(
        *_select_sidebar(agent, at), *select_choices(agent.desk_id, filters), *also
    )
    choices = dict(zip(NAMES, found, strict=False))
    return Sidebar(counts[0], departments, saved, choices), found[len(NAMES) :]


def _select_sidebar(
    agent: Agent, at: datetime
) -> tuple[Query[Counts], Query[DepartmentCount], Query[SavedName]]:
    return (
        sql.select_counts(
            agent,
            at=at,
            soon=at + SOON,
            recent=at - RECENT,
            max_counted=MAX_COUNTED,
            max_unread=MAX_UNREAD,
        ),
        sql.select_departments(agent, max_counted=MAX_COUNTED),
        select_saved_names(agent),
    )


@dataclass(frozen=True, slots=True)
class Row:
    """A ticket of a list.

    deadline, deadline_kind: of the earliest running clock. due_at, met_at: of the first response.
    emergency: the state of the latest one, or None.
    """

    id: int
    number: int
    subject: str
    channel: str
    status: str
    first_responded_at: datetime | None
    reopen_until: datetime | None
    updated_at: datetime
    deadline: datetime
    deadline_kind: str
    unanswered_since: datetime | None
    priority_id: int
    priority_rank: int
    priority_name: str
    assignee_id: int
    assignee_name: str | None
    contact_name: str
    contact_email: str
    account_id: int | None
    account_name: str | None
    is_escalated: bool  # the account
    due_at: datetime | None
    met_at: datetime | None
    is_unread: bool
    emergency: str | None


COLUMNS = (
    "ticket_id",
    "number",
    "subject",
    "channel",
    "status",
    "first_responded_at",
    "reopen_until",
    "updated_at",
    "due_at",
    "due_kind",
    "unanswered_since",
    "response_due_at",
    "priority_id",
    "assignee_id",
    "contact_id",
    "account_id",
)
# The field of an order: its attribute of Row, where that has another name.
_ATTRIBUTES = {"due_at": "deadline", "ticket_id": "id"}


class GroupHeading(NamedTuple):
    """A group of rows on a page. amount: of tickets on all pages, or None if it isn't counted."""

    key: int
    amount: int | None
    is_continued: bool


class Page(NamedTuple):
    """A page of rows, with the cursors before and after it in its order, or None at an end.

    groups: if the list is in groups, those that the rows are in.
    """

    rows: list[Row]
    newer: Cursor | None
    older: Cursor | None
    groups: tuple[GroupHeading, ...] = ()


def read_page(
    tickets: QuerySet[QueueRow],
    *,
    agent: Agent,
    order: Order = LAST_CHANGE,
    older_than: Cursor | None = None,
    newer_than: Cursor | None = None,
    among: QuerySet[QueueRow] | None = None,
    size: int = PAGE_SIZE,
) -> Page:
    """Read up to ``size`` rows before or after a cursor, in one statement without an offset.

    among: the tickets before filters without an index were applied; ``tickets`` are those that
    match. At most MAX_WALKED of them are checked, which takes another statement. The page may then
    be short, and the next one continues where it ended.
    """
    backwards = newer_than is not None
    start, end = newer_than or older_than, None
    if among is not None:
        end = _find_end(among, start, order, backwards=backwards)
    if end is not None:
        is_left = is_beyond(order, end, backwards=not backwards, inclusive=True)
        tickets = tickets.filter(is_left)
    found = select_rows(
        tickets, agent, order=order, cursor=start, backwards=backwards, size=size
    ).fetch()
    rows = found[:size][::-1] if backwards else found[:size]
    has_more = len(found) > size
    first, last = _get_cursor(rows, 0, order), _get_cursor(rows, -1, order)
    if backwards:
        return Page(rows, first if has_more else end, last or (end and start))
    return Page(rows, first if start else None, last if has_more else end)


def _find_end(
    tickets: QuerySet[QueueRow], start: Cursor | None, order: Order, *, backwards: bool
) -> Cursor | None:
    """Return the position of the last ticket that is checked, or None if all are."""
    page = _cut(tickets, order, cursor=start, backwards=backwards, size=MAX_WALKED)
    places = list(page.values_list(*order.fields)[MAX_WALKED - 1 :])
    return Cursor(places[0]) if len(places) > 1 else None


def _cut(
    tickets: QuerySet[QueueRow],
    order: Order,
    *,
    cursor: Cursor | None,
    backwards: bool,
    size: int,
) -> QuerySet[QueueRow]:
    if backwards:
        return select_newer(tickets, cursor, size=size, order=order)
    return select_older(tickets, cursor, size=size, order=order)


def _get_cursor(rows: Sequence[Row], index: int, order: Order) -> Cursor | None:
    return Cursor(get_values(rows[index], order)) if rows else None


def get_values(row: Row, order: Order) -> tuple[int | datetime, ...]:
    """Return a row's values of an order."""
    return tuple(getattr(row, _ATTRIBUTES.get(name, name)) for name in order.fields)


def read_found(tickets: QuerySet[QueueRow], agent: Agent, ids: Sequence[int]) -> list[Row]:
    """Read the rows of those of the tickets that a search found, in the search's order."""
    if not ids:
        return []
    found = select_rows(tickets.filter(pk__in=ids), agent, size=len(ids)).fetch()
    rows = {row.id: row for row in found}
    return [rows[ticket_id] for ticket_id in ids if ticket_id in rows]


def select_rows(
    tickets: QuerySet[QueueRow],
    agent: Agent,
    *,
    order: Order = LAST_CHANGE,
    cursor: Cursor | None = None,
    backwards: bool = False,
    size: int = PAGE_SIZE,
) -> Query[Row]:
    """Return the statement for ``size`` + 1 rows after a cursor in the order, or before it.

    Rows before it are returned nearest first.
    """
    page_sql, params = select_part(tickets, agent, order, cursor, backwards=backwards, size=size)
    desks = [agent.desk_id] * 4
    return Query(
        sql.TICKET_ROWS.format(page=page_sql, order=list_order(order, backwards=backwards)),
        [*params, get_language(), *desks, agent.pk],
        Row,
        is_constant=False,
    )


def select_part(
    tickets: QuerySet[QueueRow],
    agent: Agent,
    order: Order,
    cursor: Cursor | None,
    *,
    backwards: bool,
    size: int,
    columns: Sequence[str] = COLUMNS,
) -> tuple[str, Sequence[Any]]:
    """Return the statement for the columns of ``size`` + 1 tickets after a cursor, or before it."""
    if order == BY_PRIORITY:
        return cut_by_priority(
            tickets, agent, cursor, columns=columns, backwards=backwards, size=size
        )
    page = _cut(tickets, order, cursor=cursor, backwards=backwards, size=size)
    return page.values(*columns).query.sql_with_params()


def list_order(order: Order, *, backwards: bool) -> str:
    """Return the columns to sort the rows of TICKET_ROWS by."""
    direction = "DESC" if order.is_descending != backwards else "ASC"
    columns = ("priority.rank" if name == "priority_rank" else f"t.{name}" for name in order.fields)
    return ", ".join(f"{column} {direction}" for column in columns)
