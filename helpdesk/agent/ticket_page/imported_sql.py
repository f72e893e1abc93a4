"""The statement of a ticket's number in the help desk that it was imported from."""

from __future__ import annotations

from dataclasses import dataclass

from helpdesk.agent.statements import Query


@dataclass(frozen=True, slots=True)
class OldNumber:
    """A ticket's number in the help desk that it was imported from."""

    source: str
    number: str


def select_old_number(ticket_id: int) -> Query[OldNumber]:
    """Return the statement of the number that an imported ticket had: one row or none."""
    sql = """
        SELECT source, number FROM tickets_importedrow
        WHERE row_id = %(ticket)s AND kind = 'ticket' AND number <> ''
        ORDER BY id LIMIT 1
        """
    return Query(sql, {"ticket": ticket_id}, OldNumber)
