"""Statements of the people of a ticket: followers, those whom its emails name, and managers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from channels_intake.mime.masking import MASK
from helpdesk.agent.statements import Query
from tickets.sentences.remarks import RemarkCode


@dataclass(frozen=True, slots=True)
class Follower:
    """A follower of a ticket (CC)."""

    id: int
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A person whom a ticket's emails name: in CC, to be a follower, or in Reply-To, as requester.

    name: only of Reply-To.
    """

    email: str
    name: str
    is_reply_to: bool


COPIED = """
    SELECT DISTINCT copied.email, '' AS name, FALSE AS is_reply_to
    FROM tickets_message m
    CROSS JOIN jsonb_array_elements(m.remarks) remark
    CROSS JOIN unnest(string_to_array(remark ->> 'addresses', ', ')) copied (email)
    WHERE m.ticket_id = %(ticket)s AND remark ->> 'code' = %(copied)s
      AND copied.email NOT LIKE %(masked)s
      AND NOT EXISTS (
        SELECT FROM tickets_ticket t JOIN accounts_contact c ON c.id = t.contact_id
        WHERE t.id = m.ticket_id AND c.email = copied.email)
      AND NOT EXISTS (
        SELECT FROM tickets_participant p JOIN accounts_contact c ON c.id = p.contact_id
        WHERE p.ticket_id = m.ticket_id AND c.email = copied.email)
      AND NOT EXISTS (
        SELECT FROM channels_intake_mailbox b
        WHERE b.desk_id = m.desk_id AND b.address IN (
          copied.email, regexp_replace(copied.email, '[+][^@]*@', '@')))
      AND NOT EXISTS (
        SELECT FROM accounts_agent a JOIN accounts_user u ON u.id = a.user_id
        WHERE a.desk_id = m.desk_id AND a.is_active AND u.email = copied.email)
    ORDER BY copied.email
    LIMIT %(limit)s
"""
REPLY_TO = """
    SELECT remark ->> 'address' AS email, coalesce(remark ->> 'name', '') AS name,
      TRUE AS is_reply_to
    FROM tickets_ticket t
    JOIN accounts_contact c ON c.id = t.contact_id
    CROSS JOIN LATERAL (
      SELECT m.remarks FROM tickets_message m WHERE m.ticket_id = t.id
      ORDER BY m.created_at, m.id LIMIT 1) opening
    CROSS JOIN jsonb_array_elements(opening.remarks) remark
    WHERE t.id = %(ticket)s AND remark ->> 'code' = %(reply_to)s
      AND remark ->> 'address' <> c.email AND remark ->> 'address' NOT LIKE %(masked)s
    LIMIT 1
"""


def select_suggestions(ticket_id: int, *, limit: int) -> Query[Suggestion]:
    """Return the statement of the people whom an agent may add to a ticket or make its requester.

    In CC, without the requester, the followers, and the desk's own mailboxes and agents; and in
    Reply-To of the first email, without the requester.
    """
    given = {
        "ticket": ticket_id,
        "copied": RemarkCode.CC_NOT_ADDED.value,
        "reply_to": RemarkCode.REPLY_TO.value,
        "masked": f"%{MASK}%",
        "limit": limit,
    }
    return Query(f"({COPIED}) UNION ALL ({REPLY_TO})", given, Suggestion)


def select_followers(ticket_id: int) -> Query[Follower]:
    """Return the statement of a ticket's followers, in the order they were added."""
    sql = """
        SELECT c.id, c.name, c.email FROM tickets_participant p
        JOIN accounts_contact c ON c.id = p.contact_id
        WHERE p.ticket_id = %(ticket)s
        ORDER BY p.id
        """
    return Query(sql, {"ticket": ticket_id}, Follower)


@dataclass(frozen=True, slots=True)
class ActiveAgent:
    """An active agent with their email."""

    id: int
    name: str
    email: str


def select_active_agents(agent_ids: Sequence[int]) -> Query[ActiveAgent]:
    """Return the statement of those of these agents that are active."""
    sql = """
        SELECT a.id, a.name, u.email FROM accounts_agent a
        JOIN accounts_user u ON u.id = a.user_id
        WHERE a.id = ANY(%(agents)s) AND a.is_active
        """
    return Query(sql, {"agents": list(agent_ids)}, ActiveAgent)
