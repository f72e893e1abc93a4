"""Load of agents: the total weight of the tickets that they have to work on."""

from __future__ import annotations

from datetime import datetime

from accounts.database.rows import fetch_rows
from tickets.models import ACTIVE_STATES

MAX_COUNTED = 500  # tickets per agent; above that, all loads are alike

STATES = ", ".join(f"'{state.value}'" for state in ACTIVE_STATES)
TICKETS = f"""
(SELECT q.priority_id FROM tickets_queuerow q
 WHERE q.desk_id = %(desk)s AND q.{{column}} = {{agent}} AND q.is_open AND q.status IN ({STATES})
   AND (q.hold_until IS NULL OR q.hold_until <= %(at)s::timestamptz)
 LIMIT {MAX_COUNTED})
""".strip()  # noqa: S608 (enum values of our own)
WEIGHT = """
(SELECT coalesce(sum(p.weight), 0)::int FROM ({own} UNION ALL {lent}) one
 JOIN tickets_priority p ON p.id = one.priority_id)
""".strip()


def write_load(agent: str) -> str:
    """Return the SQL expression for the load of an agent; parameters: desk, at.

    agent: a column such as "a.id". Tickets that wait for the customer or are on hold don't count.
    A lent ticket counts for both agents: who gets it back stays within the capacity.
    """
    own, lent = (
        TICKETS.format(column=column, agent=agent) for column in ("assignee_id", "owner_id")
    )
    return WEIGHT.format(own=own, lent=lent)


LOADS = f"""
SELECT a.id, {write_load("a.id")} AS load FROM accounts_agent a
WHERE a.desk_id = %(desk)s AND a.is_active
"""  # noqa: S608 (names and enum values of our own)


def list_loads(desk_id: int, at: datetime) -> dict[int, int]:
    """Return the load of each active agent of the desk by ID. One query."""
    rows = fetch_rows(LOADS, {"desk": desk_id, "at": at})
    return {row["id"]: row["load"] for row in rows}
