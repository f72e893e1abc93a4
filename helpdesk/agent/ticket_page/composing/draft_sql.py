"""Hand-written statements of an agent's draft (see sql.py)."""

from __future__ import annotations

from dataclasses import dataclass

from helpdesk.agent.statements import Query
from tickets.models import Draft


def select_draft(*, desk_id: int, user_id: int, place: str) -> Query[Draft]:
    """Return the statement of a person's draft of a form, as tickets.services.drafts finds it."""
    sql = """
        SELECT id, fields, was_refused FROM tickets_draft
        WHERE desk_id = %(desk)s AND user_id = %(user)s AND place = %(place)s
        """
    return Query(sql, {"desk": desk_id, "user": user_id, "place": place}, Draft)


@dataclass(frozen=True, slots=True)
class DraftFileRow:
    """A file of a draft."""

    id: int
    name: str
    size: int


def select_draft_files(*, desk_id: int, user_id: int, place: str) -> Query[DraftFileRow]:
    """Return the statement of the files of a person's draft of a form, in their order."""
    sql = """
        SELECT f.id, f.name, f.size FROM tickets_unsentfile f
        JOIN tickets_draft d ON d.id = f.draft_id
        WHERE d.desk_id = %(desk)s AND d.user_id = %(user)s AND d.place = %(place)s
        ORDER BY f.id
        """
    return Query(sql, {"desk": desk_id, "user": user_id, "place": place}, DraftFileRow)
