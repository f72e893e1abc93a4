"""Statements of notes, watchers, and the note about the account."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accounts.models import Agent
from helpdesk.agent.sql import Choice
from helpdesk.agent.statements import Query
from tickets.models import Note

MAX_WATCHERS = 50  # that are named


@dataclass(frozen=True, slots=True)
class Reaction:
    """A reaction of an agent. kind: a ReactionKind."""

    kind: str
    agent_id: int
    name: str


@dataclass(slots=True)
class NoteRow:
    """A note with the names that it mentions, as they stand in it, and its reactions."""

    note: Note
    mentioned: list[str] = field(default_factory=list)
    reactions: list[Reaction] = field(default_factory=list)
    is_pinned: bool = False


def select_notes(ticket_id: int, *, since: datetime) -> Query[NoteRow]:
    """Return the statement of a ticket's notes, oldest first, and of its pinned one.

    The pinned one is among them even if it is older than ``since``.
    """
    sql = """
        SELECT n.id, n.created_at, n.body_text, a.name AS author, p.id IS NOT NULL AS is_pinned,
          (SELECT json_agg(DISTINCT m.name) FROM tickets_notemention m
           WHERE m.note_id = n.id) AS mentioned,
          (SELECT json_agg(json_build_array(r.kind, r.agent_id, by.name) ORDER BY r.id)
           FROM tickets_notereaction r JOIN accounts_agent by ON by.id = r.agent_id
           WHERE r.note_id = n.id) AS reactions
        FROM tickets_note n
        JOIN accounts_agent a ON a.id = n.agent_id
        LEFT JOIN tickets_pinnednote p ON p.note_id = n.id
        WHERE n.ticket_id = %(ticket)s AND (n.created_at >= %(since)s OR p.id IS NOT NULL)
        ORDER BY n.id
        """
    params = {"ticket": ticket_id, "since": since}
    return Query(sql, params, _build_note, times=("created_at",))


def _build_note(
    *,
    author: str,
    is_pinned: bool,
    mentioned: list[str] | None,
    reactions: list[list[Any]] | None,
    **columns: Any,
) -> NoteRow:
    return NoteRow(
        Note(agent=Agent(name=author), **columns),
        mentioned=mentioned or [],
        reactions=[Reaction(*one) for one in reactions or []],
        is_pinned=is_pinned,
    )


def select_watchers(ticket_id: int) -> Query[Choice]:
    """Return the statement of the active agents who watch a ticket, in the order they began."""
    sql = """
        SELECT a.id, a.name FROM tickets_watcher w
        JOIN accounts_agent a ON a.id = w.agent_id
        WHERE w.ticket_id = %(ticket)s AND a.is_active
        ORDER BY w.id
        """
    return Query(sql, {"ticket": ticket_id}, Choice)


@dataclass(frozen=True, slots=True)
class Unread:
    """An unread notification of the reader about a ticket."""

    id: int


def select_unread(ticket_id: int, *, agent_id: int) -> Query[Unread]:
    """Return the statement of one of an agent's unread notifications about a ticket, if any."""
    sql = """
        SELECT n.id FROM tickets_notification n
        WHERE n.agent_id = %(agent)s AND n.ticket_id = %(ticket)s AND n.read_at IS NULL
        LIMIT 1
        """
    return Query(sql, {"ticket": ticket_id, "agent": agent_id}, Unread)


@dataclass(frozen=True, slots=True)
class AccountNoteRow:
    """The note about an account. editor: "" once that agent is unknown."""

    text: str
    editor: str
    edited_at: datetime


def select_account_note(account_id: int | None) -> Query[AccountNoteRow]:
    """Return the statement of the note about an account, if there is one."""
    sql = """
        SELECT n.text, coalesce(a.name, '') AS editor, n.edited_at FROM accounts_accountnote n
        LEFT JOIN accounts_agent a ON a.id = n.edited_by_id
        WHERE n.account_id = %(account)s::bigint
        """
    return Query(sql, {"account": account_id}, AccountNoteRow, times=("edited_at",))
