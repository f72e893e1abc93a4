"""Statements about handles."""

from __future__ import annotations

from dataclasses import dataclass

from helpdesk.agent.statements import Query

MAX_HANDLES = 20  # of a contact, on a page


@dataclass(frozen=True, slots=True)
class HandleRow:
    """A handle of a contact. agent: the name of who decided whose it is, or ""."""

    id: int
    network: str
    external_id: str
    name: str
    proof: str
    agent: str
    reason: str


def select_handles(contact_id: int) -> Query[HandleRow]:
    """Return the statement of a contact's handles, oldest first."""
    sql = """
        SELECT h.id, h.network, h.external_id, h.name, h.proof, h.reason,
          coalesce(a.name, '') AS agent
        FROM accounts_contacthandle h LEFT JOIN accounts_agent a ON a.id = h.proven_by_id
        WHERE h.contact_id = %(contact)s ORDER BY h.id LIMIT %(limit)s
        """
    return Query(sql, {"contact": contact_id, "limit": MAX_HANDLES}, HandleRow)
