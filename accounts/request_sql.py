"""What every request reads, as prepared statements: its desk, and the agent its user is there.

Compiled from the ORM, these took as long as session and user together. Nothing is kept from one
request to the next, so that whatever is revoked ends with the next one.
"""

from __future__ import annotations

from accounts.instances import Columns
from accounts.models import Agent, Desk, User
from accounts.models.sql import CLOSED_DEPARTMENTS
from accounts.rows import fetch_prepared

DESK = Columns(Desk, "d")
AGENT = Columns(Agent, "accounts_agent")
DESKS = f"""
SELECT {DESK} FROM accounts_desk d
WHERE (d.domain = %(host)s AND d.domain > '') OR d.slug = %(slug)s
"""  # noqa: S608 (constants)
AGENT_OF_USER = f"""
SELECT {AGENT}, {CLOSED_DEPARTMENTS} AS closed_departments
FROM accounts_agent
WHERE desk_id = %(desk)s AND user_id = %(user)s AND is_active
"""  # noqa: S608 (constants)


def read_desks(*, host: str, slug: str) -> list[Desk]:
    """Return the desks of this host name and of this path segment."""
    rows = fetch_prepared(DESKS, {"host": host, "slug": slug})
    return [desk for row in rows if (desk := DESK.load(row))]


def read_agent(desk: Desk, user: User) -> Agent | None:
    """Return the active agent that a user is at the entered desk, or None.

    With closed_departments, as Agent.objects.with_closed_departments() reads it.
    """
    rows = fetch_prepared(AGENT_OF_USER, {"desk": desk.pk, "user": user.pk})
    agent = AGENT.load(rows[0]) if rows else None
    if agent is not None:
        agent.closed_departments = rows[0]["closed_departments"]
    return agent
