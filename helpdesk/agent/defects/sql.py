"""The statement of the defects in a ticket's panel (see helpdesk/agent/sql.py)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from accounts.models import Agent
from helpdesk.agent.defects.components import DefectLinkCard, TicketDefects
from helpdesk.agent.defects.ranks import describe_stage
from helpdesk.agent.statements import Query
from helpdesk.shared.urls import get_url
from tickets.models import StageSetting, Ticket


@dataclass(frozen=True, slots=True)
class DefectLinkRow:
    """A defect of a ticket. name, translations: of the desk's setting of its stage, or None."""

    number: int
    title: str
    stage: str
    name: str | None
    translations: dict[str, Any] | None


def select_defects(ticket_id: int) -> Query[DefectLinkRow]:
    """Return the statement of a ticket's defects, the first linked first."""
    sql = """
        SELECT d.number, d.title, d.stage, s.name, s.translations
        FROM tickets_defectlink l
        JOIN tickets_defect d ON d.id = l.defect_id
        LEFT JOIN tickets_stagesetting s ON s.desk_id = d.desk_id AND s.stage = d.stage
        WHERE l.ticket_id = %(ticket)s
        ORDER BY l.id
        """
    return Query(sql, {"ticket": ticket_id}, DefectLinkRow)


def describe_defects(rows: list[DefectLinkRow], ticket: Ticket, agent: Agent) -> TicketDefects:
    """Return the card of a ticket's defects."""
    number, can_write = ticket.number, agent.can_write
    return TicketDefects(
        cards=tuple(_describe(row, ticket, can_write=can_write) for row in rows),
        report_url=get_url("agent:report_defect", number) if can_write else "",
        link_url=get_url("agent:ticket_defects", number) if can_write else "",
    )


def _describe(row: DefectLinkRow, ticket: Ticket, *, can_write: bool) -> DefectLinkCard:
    setting = None
    if row.name is not None:
        setting = StageSetting(name=row.name, translations=row.translations or {})
    return DefectLinkCard(
        url=get_url("agent:defect", row.number),
        key=f"{ticket.desk.ticket_prefix}-D{row.number}",
        title=row.title,
        stage=describe_stage(row.stage, setting),
        unlink_url=get_url("agent:defect_unlink", ticket.number, row.number) if can_write else "",
    )
