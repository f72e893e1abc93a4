"""The statement of a ticket's side conversations, for its conversation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from helpdesk.agent.statements import Query

MAX_EXCERPT = 400  # characters of the newest message


@dataclass(frozen=True, slots=True)
class SideRow:
    """A side conversation. people: the addresses in it. excerpt, author: of the newest message.

    has_failed: an email to someone in it could not be delivered. origin: the number of the merged
    ticket that it was started on, or None.
    """

    id: int
    subject: str
    state: str
    answered_at: datetime | None
    updated_at: datetime
    people: str
    messages: int
    author: str
    excerpt: str
    has_failed: bool
    origin: int | None


def select_sides(ticket_id: int, *, since: datetime) -> Query[SideRow]:
    """Return the statement of a ticket's side conversations: open ones, and others ``since``."""
    sql = f"""
        SELECT s.id, s.subject, s.state, s.answered_at, s.updated_at,
          (SELECT string_agg(p.email, ', ' ORDER BY p.id) FROM tickets_sideparticipant p
           WHERE p.side_id = s.id AND p.removed_at IS NULL) AS people,
          (SELECT count(*) FROM tickets_sidemessage m WHERE m.side_id = s.id) AS messages,
          newest.author, newest.excerpt,
          EXISTS (
            SELECT FROM channels_intake_outgoingemail o
            JOIN tickets_sidemessage m ON m.id = o.side_message_id
            JOIN tickets_sideparticipant p ON p.id = o.third_party_id AND p.removed_at IS NULL
            WHERE m.side_id = s.id AND o.side_message_id IS NOT NULL AND o.state = 'failed'
          ) AS has_failed,
          (SELECT t.number FROM tickets_ticket t WHERE t.id = s.merged_from_id) AS origin
        FROM tickets_sideconversation s
        CROSS JOIN LATERAL (
          SELECT coalesce(a.name, nullif(m.sender_name, ''), m.sender) AS author,
            left(m.body_text, {MAX_EXCERPT}) AS excerpt
          FROM tickets_sidemessage m LEFT JOIN accounts_agent a ON a.id = m.agent_id
          WHERE m.side_id = s.id ORDER BY m.created_at DESC, m.id DESC LIMIT 1
        ) newest
        WHERE s.ticket_id = %(ticket)s AND (s.state = 'open' OR s.updated_at >= %(since)s)
        ORDER BY s.id
        """  # noqa: S608 (a constant)
    params = {"ticket": ticket_id, "since": since}
    return Query(sql, params, SideRow, times=("answered_at", "updated_at"))
