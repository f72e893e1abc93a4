"""Statements of the requests for help in a ticket's panel, and of its account's escalation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from helpdesk.agent.statements import Query

MAX_REQUESTS = 10


@dataclass(frozen=True, slots=True)
class HelpRow:
    """A request for help on a ticket."""

    id: int
    group: str
    question: str
    state: str
    due_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class EscalationRow:
    """The running escalation of a ticket's account."""

    account_id: int
    lead: str
    exit_criteria: str
    cadence_hours: int
    next_update_at: datetime


def select_help_requests(ticket_id: int) -> Query[HelpRow]:
    """Return the statement of a ticket's newest requests for help."""
    sql = """
        SELECT h.id, g.name AS "group", left(h.question, 200) AS question, h.state, h.due_at,
          h.ended_at
        FROM tickets_helprequest h JOIN tickets_engineeringgroup g ON g.id = h.group_id
        WHERE h.ticket_id = %(ticket)s
        ORDER BY h.id DESC
        LIMIT %(limit)s::bigint
        """
    given = {"ticket": ticket_id, "limit": MAX_REQUESTS}
    return Query(sql, given, HelpRow, times=("due_at", "ended_at"))


def select_escalation(account_id: int | None) -> Query[EscalationRow]:
    """Return the statement of the running escalation of an account, if any."""
    sql = """
        SELECT e.account_id, a.name AS lead, e.exit_criteria, e.cadence_hours, e.next_update_at
        FROM tickets_accountescalation e JOIN accounts_agent a ON a.id = e.lead_id
        WHERE e.account_id = %(account)s::bigint AND e.ended_at IS NULL
        """
    return Query(sql, {"account": account_id}, EscalationRow, times=("next_update_at",))
