"""What the agents' pages read: the sidebar's figures and the rows of a queue. Bounded, whatever the desk's size."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from accounts.models import Agent
from helpdesk.shared.cursors import LAST_CHANGE, Cursor, Order, select_newer, select_older
from helpdesk.shared.numbers import parse_number
from tickets.access import tickets_for_agent
from tickets.models import OPEN_STATES, State, Ticket
from tickets.visibility import TicketVisibility

PAGE_SIZE = 50
MAX_COUNTED = 1000
MAX_UNREAD = 100
MAX_ACCOUNTS = 200  # offered as a filter; one beyond them is filtered by from its own page

# One statement for the whole sidebar. Every count stops at its limit: nothing here grows with the desk.
_STATES = "t.status IN ('open', 'investigating', 'waiting', 'escalated')"
_COUNT = "(SELECT count(*) FROM (SELECT FROM tickets_ticket t WHERE t.desk_id = %(desk)s AND {} LIMIT %(most)s) c)"
SIDEBAR = f"""
SELECT 'undone' AS key, 0 AS id, '' AS name, 0 AS position, {_COUNT.format(_STATES)} AS amount
UNION ALL SELECT 'mine', 0, '', 0, {_COUNT.format("t.assignee_id = %(agent)s AND " + _STATES)}
UNION ALL SELECT 'unassigned', 0, '', 0, {_COUNT.format("t.assignee_id IS NULL AND " + _STATES)}
UNION ALL SELECT 'overdue', 0, '', 0, {_COUNT.format("t.due_at < %(at)s AND " + _STATES)}
UNION ALL SELECT 'unread', 0, '', 0, (SELECT count(*) FROM (SELECT FROM tickets_notification n
  WHERE n.agent_id = %(agent)s AND n.read_at IS NULL LIMIT %(unread)s) c)
UNION ALL SELECT 'held', 0, '', 0, (SELECT count(*) FROM (SELECT FROM channels_intake_inboundmessage i
  WHERE i.desk_id = %(desk)s AND i.state IN ('quarantined', 'failed') AND i.discarded_at IS NULL
  LIMIT %(unread)s) c)
UNION ALL SELECT 'away', 0, '', 0,
  (SELECT count(*) FROM routing_rotation r WHERE r.agent_id = %(agent)s AND r.is_away)
UNION ALL SELECT 'department', d.id, d.name, d.position, {_COUNT.format("t.department_id = d.id AND " + _STATES)}
  FROM accounts_department d WHERE d.desk_id = %(desk)s
"""  # noqa: S608 (all constants)
# What a queue can be filtered by, in the same statement.
CHOICES = """
UNION ALL SELECT 'priority', p.id, p.name, p.rank, 0 FROM tickets_priority p WHERE p.desk_id = %(desk)s
UNION ALL SELECT 'agent', a.id, a.name, 0, 0 FROM accounts_agent a WHERE a.desk_id = %(desk)s AND a.is_active
UNION ALL SELECT 'account', o.id, o.name, 0, 0 FROM accounts_account o WHERE o.id IN (
  SELECT id FROM (SELECT id FROM accounts_account WHERE desk_id = %(desk)s ORDER BY name LIMIT %(accounts)s) f
  UNION ALL SELECT %(account)s)
"""
IN_ORDER = " ORDER BY position, name"


# Where a statement of this module begins to read tickets, and what belongs to them.
_OF_DESK = "t.desk_id = %(desk)s"
_UNREAD = "n.read_at IS NULL"


def limit_to_visible(statement: str, visibility: TicketVisibility) -> str:
    """Return a statement of this module that reads only what the agent may see."""
    if not visibility.is_restricted:
        return statement
    visible = statement.replace(_OF_DESK, f"{_OF_DESK} AND {visibility.as_sql('t')}")
    return visible.replace(_UNREAD, f"{_UNREAD} AND {visibility.as_sql_by_id('n.ticket_id')}")


class DepartmentCount(NamedTuple):
    """A department, how many undone tickets the agent sees there, and whether it is a queue of the agent's."""

    id: int
    name: str
    amount: int
    is_hidden: bool = False


@dataclass(slots=True)
class Sidebar:
    """The figures of the sidebar. A count of MAX_COUNTED + 1 means "more than MAX_COUNTED".

    choices: for a queue, what it can be filtered by: the kind ("priority", "agent", "account") to ids and names.
    """

    counts: dict[str, int] = field(default_factory=dict)
    departments: list[DepartmentCount] = field(default_factory=list)
    choices: dict[str, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))

    @property
    def is_away(self) -> bool:
        return bool(self.counts.get("away"))


def read_sidebar(
    agent: Agent, *, at: datetime, with_choices: bool = False, account: int = 0
) -> Sidebar:
    """All figures of an agent's sidebar, in one statement; with_choices for a queue, which may be an account's."""
    limits = {"most": MAX_COUNTED + 1, "unread": MAX_UNREAD + 1, "accounts": MAX_ACCOUNTS}
    visibility = TicketVisibility.for_agent(agent)
    asked: dict[str, Any] = {"desk": agent.desk_id, "agent": agent.pk, "at": at, "account": account}
    sidebar = Sidebar()
    hidden = visibility.hidden_departments
    counts = limit_to_visible(SIDEBAR, visibility)
    statement = f"{counts}{CHOICES if with_choices else ''}{IN_ORDER}"
    with connection.cursor() as cursor:
        cursor.execute(statement, asked | limits | visibility.params)
        for key, row_id, name, _, amount in cursor.fetchall():
            if key == "department":
                sidebar.departments.append(DepartmentCount(row_id, name, amount, row_id in hidden))
            elif row_id:
                sidebar.choices[key].append((row_id, name))
            else:
                sidebar.counts[key] = amount
    return sidebar


class Row(NamedTuple):
    """One line of a queue, as read."""

    id: int
    number: int
    subject: str
    channel: str
    status: str
    first_responded_at: datetime | None
    reopen_until: datetime | None
    updated_at: datetime
    deadline: datetime
    rank: int
    priority: str
    assignee: str | None
    contact_name: str
    contact_email: str
    account: str | None
    account_id: int | None
    due_at: datetime | None
    met_at: datetime | None
    unread: bool


_COLUMNS = (
    "id", "number", "subject", "channel", "status", "first_responded_at", "reopen_until", "updated_at", "due_at",
    "priority_id", "assignee_id", "contact_id", "account_id",
)  # fmt: skip

# The page is cut before anything is joined to it. Joined first, PostgreSQL multiplies the desk's share of every
# walled table into its guess of the rows, thinks them few, and sorts the whole view (seen in an EXPLAIN).
ROWS = """
SELECT t.id, t.number, t.subject, t.channel, t.status, t.first_responded_at, t.reopen_until, t.updated_at, t.due_at,
  priority.rank, priority.name, assignee.name, contact.name, contact.email, account.name, account.id,
  clock.due_at, clock.met_at,
  t.id IN (SELECT n.ticket_id FROM tickets_notification n WHERE n.agent_id = %s AND n.read_at IS NULL
    ORDER BY n.id DESC LIMIT %s)
FROM ({page}) t
LEFT JOIN tickets_priority priority ON priority.id = t.priority_id
LEFT JOIN accounts_contact contact ON contact.id = t.contact_id
LEFT JOIN accounts_account account ON account.id = t.account_id
LEFT JOIN accounts_agent assignee ON assignee.id = t.assignee_id
LEFT JOIN sla_clock clock ON clock.ticket_id = t.id
ORDER BY {order}
"""


# A field of an order, as the statement of a list calls it, and as its row does.
_NAMES = {"priority__rank": ("priority.rank", "rank"), "due_at": ("t.due_at", "deadline")}


class Page(NamedTuple):
    """A page of rows; newer and older are the cursors before and after it in its order, or None at an end."""

    rows: list[Row]
    newer: Cursor | None
    older: Cursor | None


def select_view(agent: Agent, view: str, *, at: datetime) -> QuerySet[Ticket]:
    """The tickets of a view: "" (undone), "mine", "unassigned", "overdue" at this time, "all", a state, or a
    department's id.

    Each has an index of its own (tests/agent/test_queue_plans.py). Raises ValueError for another word.
    """
    tickets = tickets_for_agent(agent)
    undone = tickets.filter(status__in=OPEN_STATES)
    named = {
        "": undone,
        "all": tickets,
        "mine": undone.filter(assignee=agent),
        "unassigned": undone.filter(assignee__isnull=True),
        "overdue": undone.filter(due_at__lt=at),
    }
    if view in named:
        return named[view]
    if view in State.values:
        return tickets.filter(status=view)
    department_id = parse_number(view)
    if department_id is None:
        raise ValueError(view)
    return undone.filter(department_id=department_id)


def read_page(
    tickets: QuerySet[Ticket],
    *,
    agent: Agent,
    order: Order = LAST_CHANGE,
    older_than: Cursor | None = None,
    newer_than: Cursor | None = None,
) -> Page:
    """Up to PAGE_SIZE rows beside a cursor, in the order, in one statement that no offset slows down."""
    if newer_than is not None:
        return _read_newer(tickets, agent, newer_than, order)
    found = read_rows(
        select_older(tickets, older_than, size=PAGE_SIZE, order=order), agent, order=order
    )
    rows = found[:PAGE_SIZE]
    has_more = len(found) > PAGE_SIZE
    return Page(
        rows,
        _at(rows, 0, order) if older_than else None,
        _at(rows, -1, order) if has_more else None,
    )


def _read_newer(tickets: QuerySet[Ticket], agent: Agent, cursor: Cursor, order: Order) -> Page:
    page = select_newer(tickets, cursor, size=PAGE_SIZE, order=order)
    found = read_rows(page, agent, order=order, backwards=True)
    rows = found[:PAGE_SIZE][::-1]
    return Page(rows, _at(rows, 0, order) if len(found) > PAGE_SIZE else None, _at(rows, -1, order))


def _at(rows: Sequence[Row], index: int, order: Order) -> Cursor | None:
    if not rows:
        return None
    return Cursor(
        tuple(getattr(rows[index], _NAMES.get(name, ("", name))[1]) for name in order.fields)
    )


def read_found(tickets: QuerySet[Ticket], agent: Agent, ids: Sequence[int]) -> list[Row]:
    """The rows of those of the tickets that a search found, in the search's order."""
    if not ids:
        return []
    rows = {row.id: row for row in read_rows(tickets.filter(pk__in=ids).order_by(), agent)}
    return [rows[ticket_id] for ticket_id in ids if ticket_id in rows]


def read_rows(
    page: QuerySet[Ticket], agent: Agent, *, order: Order = LAST_CHANGE, backwards: bool = False
) -> list[Row]:
    """The rows of a page of tickets that is already cut."""
    sql, params = make_rows_statement(page, agent, order=order, backwards=backwards)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [Row(*values) for values in cursor.fetchall()]


def make_rows_statement(
    page: QuerySet[Ticket], agent: Agent, *, order: Order = LAST_CHANGE, backwards: bool = False
) -> tuple[str, list[Any]]:
    """The one statement of a list, with its parameters."""
    sql, params = page.values(*_COLUMNS).query.sql_with_params()
    direction = "DESC" if order.is_descending != backwards else "ASC"
    columns = (_NAMES.get(name, (f"t.{name}", ""))[0] for name in order.fields)
    in_order = ", ".join(f"{column} {direction}" for column in columns)
    return ROWS.format(page=sql, order=in_order), [agent.pk, MAX_UNREAD, *params]
