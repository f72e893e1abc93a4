"""The end of snoozes by what happens on a ticket, as part of a change."""

from __future__ import annotations

from collections.abc import Collection

from tickets.changes import Change
from tickets.writes import Write

WAKE = """
woken AS (
  DELETE FROM tickets_snooze WHERE ticket_id = %(woken_ticket)s
    AND (%(woken_agents)s::bigint[] IS NULL OR agent_id = ANY (%(woken_agents)s::bigint[]))
)
"""


def wake_agents(change: Change, agent_ids: Collection[int] | None = None) -> None:
    """Show a ticket again to those of these agents who snoozed it, or to all."""
    ids = None if agent_ids is None else list(agent_ids)
    change.write(Write(WAKE, {"woken_ticket": change.ticket.pk, "woken_agents": ids}))
