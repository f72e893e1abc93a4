"""Hand-written statement of the summary above a conversation (see helpdesk/agent/sql.py)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from helpdesk.agent.statements import Query
from tickets.models import SUMMARY_FIELDS


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """The newest version of a ticket's summary."""

    version: int
    author: str
    created_at: datetime
    fields: dict[str, str]


def select_summary(ticket_id: int) -> Query[SummaryRow]:
    """Return the statement of the newest version of a ticket's summary."""
    columns = ", ".join(f"s.{name}" for name in SUMMARY_FIELDS)
    sql = f"""
        SELECT s.version, a.name AS author, s.created_at, {columns}
        FROM tickets_ticketsummary s JOIN accounts_agent a ON a.id = s.agent_id
        WHERE s.ticket_id = %(ticket)s
        ORDER BY s.version DESC
        LIMIT 1
        """  # noqa: S608 (constants)
    return Query(sql, {"ticket": ticket_id}, _build, times=("created_at",))


def _build(*, version: int, author: str, created_at: datetime, **fields: Any) -> SummaryRow:
    return SummaryRow(version, author, created_at, fields)
