"""Statements about a ticket's conversation at a channel: the current one, and what was sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from accounts.models import ContactHandle
from channels_intake.connections.outgoing.ways import list_silent_kinds
from channels_intake.models import ChannelMessage, Connection, Conversation, Direction
from helpdesk.agent.statements import Query


def select_conversation(ticket_id: int) -> Query[Conversation]:
    """Return the statement of a ticket's conversation, as ways.find_conversation finds it."""
    sql = """
        SELECT c.id, c.desk_id, c.external_id, c.ticket_id, c.is_public, c.data, c.window_from,
          c.ended_at, c.created_at,
          json_build_object('id', con.id, 'desk_id', con.desk_id, 'kind', con.kind,
            'name', con.name, 'external_id', con.external_id, 'api_url', con.api_url,
            'settings', con.settings, 'is_paused', con.is_paused,
            'problem', con.problem) AS connection,
          CASE WHEN h.id IS NOT NULL THEN json_build_object('id', h.id, 'desk_id', h.desk_id,
            'contact_id', h.contact_id, 'network', h.network, 'scope', h.scope,
            'external_id', h.external_id, 'name', h.name) END AS handle
        FROM channels_intake_conversation c
        JOIN channels_intake_connection con ON con.id = c.connection_id
        LEFT JOIN accounts_contacthandle h ON h.id = c.handle_id
        WHERE c.ticket_id = %(ticket)s
        ORDER BY con.kind = ANY(%(silent)s), c.window_from DESC NULLS LAST, c.id DESC
        LIMIT 1
        """
    times = ("window_from", "ended_at", "created_at")
    asked = {"ticket": ticket_id, "silent": list_silent_kinds()}
    return Query(sql, asked, _build_conversation, times=times)


def _build_conversation(
    *, connection: dict[str, Any], handle: dict[str, Any] | None, **columns: Any
) -> Conversation:
    return Conversation(
        connection=Connection(**connection),
        handle=ContactHandle(**handle) if handle else None,
        **columns,
    )


def select_parts(message_ids: Sequence[int]) -> Query[ChannelMessage]:
    """Return the statement of what was sent of these messages by channels, in order."""
    sql = f"""
        SELECT p.id, p.message_id, p.part, p.state, p.problem, con.kind,
          con.name AS connection_name
        FROM channels_intake_channelmessage p
        JOIN channels_intake_connection con ON con.id = p.connection_id
        WHERE p.message_id = ANY(%(messages)s) AND p.direction = '{Direction.OUT.value}'
        ORDER BY p.id
        """  # noqa: S608 (a constant)
    return Query(sql, {"messages": list(message_ids)}, _build_part)


def _build_part(*, kind: str, connection_name: str, **columns: Any) -> ChannelMessage:
    return ChannelMessage(connection=Connection(kind=kind, name=connection_name), **columns)


def group_parts(parts: Iterable[ChannelMessage]) -> dict[int, list[ChannelMessage]]:
    """Return the parts by the ID of their message."""
    found: defaultdict[int, list[ChannelMessage]] = defaultdict(list)
    for part in parts:
        found[part.message_id or 0].append(part)
    return found
