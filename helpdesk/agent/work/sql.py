"""Hand-written statement of an agent's own work on a ticket (see helpdesk/agent/sql.py)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from helpdesk.agent.statements import Query


@dataclass(frozen=True, slots=True)
class WorkRow:
    """An agent's snooze of a ticket, and the minutes that all agents spent on it."""

    is_snoozed: bool
    until: datetime | None
    minutes: int


def select_work(ticket_id: int, *, agent_id: int, at: datetime) -> Query[WorkRow]:
    """Return the statement of one row. at: a snooze that ended by then is none."""
    sql = """
        SELECT s.id IS NOT NULL AS is_snoozed, s.until, spent.minutes
        FROM (
          SELECT coalesce(sum(minutes), 0)::bigint AS minutes
          FROM tickets_timeentry WHERE ticket_id = %(ticket)s
        ) spent
        LEFT JOIN tickets_snooze s ON s.ticket_id = %(ticket)s AND s.agent_id = %(agent)s
          AND (s.until IS NULL OR s.until > %(at)s)
        """
    return Query(sql, {"ticket": ticket_id, "agent": agent_id, "at": at}, WorkRow, times=("until",))
