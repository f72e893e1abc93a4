"""Statements of the record and the emergency in a ticket's panel (see helpdesk/agent/sql.py)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from helpdesk.agent.statements import Query
from tickets.models import RECORD_FIELDS


@dataclass(frozen=True, slots=True)
class RecordRow:
    """The newest version of a ticket's troubleshooting record."""

    version: int
    author: str
    created_at: datetime
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class EmergencyRow:
    """The last emergency that was reported on a ticket."""

    id: int
    state: str
    impact: str
    reachable: str
    phone: str
    refusal: dict[str, str]
    reported_at: datetime
    reporter: str | None  # None for an agent


def select_record(ticket_id: int) -> Query[RecordRow]:
    """Return the statement of the newest version of a ticket's record."""
    columns = ", ".join(f"r.{name}" for name in RECORD_FIELDS)
    sql = f"""
        SELECT r.version, a.name AS author, r.created_at, {columns}
        FROM tickets_troubleshootingrecord r JOIN accounts_agent a ON a.id = r.agent_id
        WHERE r.ticket_id = %(ticket)s
        ORDER BY r.version DESC
        LIMIT 1
        """  # noqa: S608 (constants)
    return Query(sql, {"ticket": ticket_id}, _build_record, times=("created_at",))


def _build_record(*, version: int, author: str, created_at: datetime, **fields: Any) -> RecordRow:
    return RecordRow(version, author, created_at, fields)


def select_emergency(ticket_id: int) -> Query[EmergencyRow]:
    """Return the statement of a ticket's last emergency."""
    sql = """
        SELECT e.id, e.state, e.impact, e.reachable, e.phone, e.refusal, e.reported_at,
          c.name AS reporter
        FROM tickets_emergency e
        LEFT JOIN accounts_contact c ON c.id = e.contact_id
        WHERE e.ticket_id = %(ticket)s
        ORDER BY e.id DESC
        LIMIT 1
        """
    return Query(sql, {"ticket": ticket_id}, EmergencyRow, times=("reported_at",))
