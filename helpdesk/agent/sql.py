"""Hand-written statements of the agent pages (statements.py sends them).

They are on the hot paths that bench/ measures. Columns are read by name, values of enums come from
the enums, and what an agent may see is the one rule of tickets.rules.visibility. Every count and
list has a limit, so that no page slows down with the desk's size.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from django.utils.translation import get_language

from accounts.models import Agent, Level, Role
from channels_intake.models import HELD_STATES
from helpdesk.agent.statements import Query
from tickets.defects.stages import RELEASED
from tickets.models import NOBODY, OPEN_STAGES, AttentionState, HelpState, State
from tickets.rules.visibility import ROLES_SEEING_ALL, TicketVisibility

IS_OPEN = "t.is_open"


def quote_values(values: Iterable[Enum]) -> str:
    """Return values of an enum as a list for IN; as literals, for partial indexes to match."""
    return ", ".join(f"'{value.value}'" for value in values)


def _count_tickets(visibility: TicketVisibility, condition: str, *, among: str = IS_OPEN) -> str:
    return (
        "(SELECT count(*) FROM (SELECT FROM tickets_queuerow t"  # noqa: S608 (constants)
        f" WHERE t.desk_id = %(desk)s AND {visibility.as_sql('t')} AND {among}"
        f" AND {condition} LIMIT %(max_counted)s) counted)"
    )


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of the sidebar, each up to its limit plus one, and the agent's presence.

    no_department: open tickets outside of every department. handovers: those that wait for the
    agent to accept them. defects: open ones. help_requests: open ones to the agent's
    groups. attention: requests that wait for a lead's decision. presence: a PresenceState, or None.
    """

    no_department: int
    mine: int
    snoozed: int
    unassigned: int
    unanswered: int
    recent: int
    soon: int
    overdue: int
    level_two: int
    engineering: int
    waiting: int
    escalated: int
    mentioned: int
    unread_tickets: int
    unread: int
    handovers: int
    help_requests: int
    attention: int
    quarantined: int
    defects: int
    presence: str | None


SNOOZED = """ARRAY(
  SELECT s.ticket_id FROM tickets_snooze s
  WHERE s.agent_id = %(agent)s AND (s.until IS NULL OR s.until > %(at)s))"""
# The open tickets in each count of tickets.
COUNTED = {
    "no_department": "t.department_id IS NULL",
    "mine": f"t.assignee_id = %(agent)s AND t.ticket_id <> ALL ({SNOOZED})",
    "snoozed": f"t.ticket_id = ANY ({SNOOZED})",
    "unassigned": f"t.assignee_id = {NOBODY}",
    "unanswered": f"t.unanswered_since IS NOT NULL AND t.ticket_id <> ALL ({SNOOZED})",
    "soon": "t.due_at >= %(at)s AND t.due_at <= %(soon)s",
    "overdue": "t.due_at < %(at)s",
    "level_two": f"t.level = '{Level.L2.value}'",
    "engineering": f"t.level = '{Level.RND.value}'",
    "waiting": f"t.status = '{State.WAITING.value}'",
    "escalated": f"t.status = '{State.ESCALATED.value}'",
}

# The order makes it a walk over the newest of an index, however many there are.
CLOSED_SINCE = "t.closed_at >= %(recent)s ORDER BY t.closed_at DESC"


def select_counts(
    agent: Agent,
    *,
    at: datetime,
    soon: datetime,
    recent: datetime,
    max_counted: int,
    max_unread: int,
) -> Query[Counts]:
    """Return the statement of the sidebar's counts.

    at: the time of "overdue". recent: since when tickets count as recently closed.
    """
    visibility = TicketVisibility.for_agent(agent)
    counts = {
        **{name: _count_tickets(visibility, condition) for name, condition in COUNTED.items()},
        "recent": _count_tickets(visibility, CLOSED_SINCE, among="NOT t.is_open"),
        **{name: _count_rows(rows) for name, rows in _list_other_rows(visibility).items()},
    }
    columns = ",\n".join(f"{count} AS {name}" for name, count in counts.items())
    sql = f"""
        SELECT {columns},
          (SELECT p.state FROM routing_presence p
           WHERE p.agent_id = %(agent)s AND (p.until IS NULL OR p.until > %(at)s)) AS presence
        """  # noqa: S608 (constants)
    params = {"desk": agent.desk_id, "agent": agent.pk, "at": at, "soon": soon}
    params["recent"] = recent
    params["decides"] = agent.role in ROLES_SEEING_ALL
    limits = {"max_counted": max_counted + 1, "max_unread": max_unread + 1}
    return Query(sql, params | visibility.params | limits, Counts)


def _count_rows(rows: str) -> str:
    return f"(SELECT count(*) FROM (SELECT FROM {rows} LIMIT %(max_unread)s) counted)"  # noqa: S608


def _list_other_rows(visibility: TicketVisibility) -> dict[str, str]:
    """Return the rows of each other count."""
    return {
        "unread": f"""tickets_notification n
          WHERE n.agent_id = %(agent)s AND n.read_at IS NULL
            AND (n.ticket_id IS NULL OR {visibility.as_sql_by_id("n.ticket_id")})""",
        "unread_tickets": f"""(SELECT DISTINCT n.ticket_id FROM tickets_notification n
          WHERE n.agent_id = %(agent)s AND n.read_at IS NULL AND n.ticket_id IS NOT NULL
            AND {visibility.as_sql_by_id("n.ticket_id")}) unread_tickets""",  # noqa: S608 (constants)
        "mentioned": f"""(SELECT DISTINCT m.ticket_id FROM (
            SELECT ticket_id FROM tickets_notemention
            WHERE agent_id = %(agent)s ORDER BY id DESC LIMIT %(max_unread)s) m
          WHERE {visibility.as_sql_by_id("m.ticket_id")}) mentioned""",  # noqa: S608 (constants)
        "handovers": """routing_handover h
          WHERE h.receiver_id = %(agent)s AND h.ended_at IS NULL AND h.claimed_at IS NULL""",
        "help_requests": f"""tickets_groupmember m
          JOIN tickets_helprequest h ON h.group_id = m.group_id
          WHERE m.agent_id = %(agent)s AND h.desk_id = %(desk)s
            AND h.state = '{HelpState.OPEN.value}' AND {visibility.as_sql_by_id("h.ticket_id")}""",
        "attention": f"""tickets_attentionrequest r
          WHERE %(decides)s AND r.desk_id = %(desk)s
            AND r.state = '{AttentionState.ASKED.value}'""",
        "quarantined": f"""channels_intake_inboundmessage i
          WHERE i.desk_id = %(desk)s AND i.state IN ({quote_values(HELD_STATES)})
            AND i.discarded_at IS NULL""",
        "defects": f"""tickets_defect d
          WHERE d.desk_id = %(desk)s AND (
            d.stage IN ({quote_values(OPEN_STAGES)})
            OR (d.stage IN ({quote_values(RELEASED)}) AND d.tickets_waiting > 0)
          )""",
    }


@dataclass(frozen=True, slots=True)
class DepartmentCount:
    """A department's open tickets. is_hidden: the agent sees only their own tickets there."""

    id: int
    name: str
    open_tickets: int
    is_hidden: bool = False


def select_departments(agent: Agent, *, max_counted: int) -> Query[DepartmentCount]:
    """Return the statement of a desk's departments with the open tickets that the agent sees."""
    visibility = TicketVisibility.for_agent(agent)
    sql = f"""
        SELECT d.id, d.name, d.id = ANY(%(hidden_departments)s::bigint[]) AS is_hidden,
          {_count_tickets(visibility, "t.department_id = d.id")} AS open_tickets
        FROM accounts_department d
        WHERE d.desk_id = %(desk)s
        ORDER BY d.position, d.name
        """  # noqa: S608 (constants)
    params = {"desk": agent.desk_id, "max_counted": max_counted + 1, **visibility.params}
    return Query(sql, params, DepartmentCount)


# A priority's name in %(language)s, or else the desk's own (Priority.localized_name).
PRIORITY_NAME = """
COALESCE(NULLIF(priority.translations -> %(language)s::text ->> 'name', ''), priority.name)
""".strip()


@dataclass(frozen=True, slots=True)
class Choice:
    """A row to choose from, by id and name."""

    id: int
    name: str


def select_priorities(desk_id: int) -> Query[Choice]:
    """Return the statement of a desk's priorities, highest first, in the active language."""
    sql = f"""
        SELECT id, {PRIORITY_NAME} AS name FROM tickets_priority priority
        WHERE desk_id = %(desk)s
        ORDER BY rank
        """  # noqa: S608 (constants)
    return Query(sql, {"desk": desk_id, "language": get_language()}, Choice)


def select_agents(desk_id: int) -> Query[Choice]:
    """Return the statement of a desk's active agents by name."""
    sql = """
        SELECT id, name FROM accounts_agent
        WHERE desk_id = %(desk)s AND is_active
        ORDER BY name, id
        """
    return Query(sql, {"desk": desk_id}, Choice)


# The page is limited before anything is joined to it. Otherwise PostgreSQL multiplies the desk's
# share of every table with row-level security into its estimate, expects few rows, and sorts the
# whole view (seen in an EXPLAIN). Names are read once each, and their indexes from left to right.
TICKET_ROWS = f"""
WITH page AS MATERIALIZED ({{page}}),
priorities AS MATERIALIZED (
  SELECT id, rank, {PRIORITY_NAME.replace("%(language)s", "%s")} AS name
  FROM tickets_priority priority WHERE desk_id = %s),
agents AS MATERIALIZED (
  SELECT id, name FROM accounts_agent
  WHERE desk_id = %s AND id = ANY(ARRAY(SELECT assignee_id FROM page))),
contacts AS MATERIALIZED (
  SELECT id, name, email FROM accounts_contact
  WHERE desk_id = %s AND id = ANY(ARRAY(SELECT contact_id FROM page))),
accounts AS MATERIALIZED (
  SELECT id, name, EXISTS (
    SELECT FROM tickets_accountescalation e WHERE e.account_id = a.id AND e.ended_at IS NULL
  ) AS is_escalated
  FROM accounts_account a
  WHERE desk_id = %s AND id = ANY(ARRAY(SELECT account_id FROM page))),
emergencies AS MATERIALIZED (
  SELECT DISTINCT ON (ticket_id) ticket_id, state FROM tickets_emergency
  WHERE ticket_id = ANY(ARRAY(SELECT ticket_id FROM page))
  ORDER BY ticket_id, id DESC),
unread AS MATERIALIZED (
  SELECT DISTINCT ticket_id FROM tickets_notification
  WHERE agent_id = %s AND read_at IS NULL
    AND ticket_id = ANY(ARRAY(SELECT ticket_id FROM page)))
SELECT t.ticket_id AS id, t.number, t.subject, t.channel, t.status, t.first_responded_at,
  t.reopen_until, t.updated_at, t.due_at AS deadline, t.due_kind AS deadline_kind,
  t.unanswered_since,
  t.priority_id, priority.rank AS priority_rank, priority.name AS priority_name,
  t.assignee_id, assignee.name AS assignee_name,
  contact.name AS contact_name, contact.email AS contact_email,
  account.id AS account_id, account.name AS account_name,
  coalesce(account.is_escalated, FALSE) AS is_escalated,
  t.response_due_at AS due_at, t.first_responded_at AS met_at,
  unread.ticket_id IS NOT NULL AS is_unread, emergency.state AS emergency
FROM page t
LEFT JOIN priorities priority ON priority.id = t.priority_id
LEFT JOIN contacts contact ON contact.id = t.contact_id
LEFT JOIN accounts account ON account.id = t.account_id
LEFT JOIN agents assignee ON assignee.id = t.assignee_id
LEFT JOIN emergencies emergency ON emergency.ticket_id = t.ticket_id
LEFT JOIN unread ON unread.ticket_id = t.ticket_id
ORDER BY {{order}}
"""  # noqa: S608 (constants)


def select_assignable_agents(
    desk_id: int, *, department_id: int | None, assignee_id: int | None, members_only: bool
) -> Query[Choice]:
    """Return the statement of the agents a ticket can be assigned to, by name.

    members_only: the ticket's department is for members; then only who sees the ticket is listed.
    """
    can_see = """
        AND (role = ANY(%(roles_seeing_all)s) OR id = %(assignee)s OR id IN (
          SELECT agent_id FROM accounts_agentdepartment WHERE department_id = %(department)s))
        """
    sql = f"""
        SELECT id, name FROM accounts_agent
        WHERE desk_id = %(desk)s AND is_active AND role <> %(observer)s
        {can_see if members_only else ""}
        ORDER BY name, id
        """  # noqa: S608 (constants)
    params = {
        "desk": desk_id,
        "observer": Role.OBSERVER.value,
        "roles_seeing_all": [role.value for role in ROLES_SEEING_ALL],
        "assignee": assignee_id,
        "department": department_id,
    }
    return Query(sql, params, Choice)
