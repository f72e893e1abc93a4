"""Prepared statements that every request runs: find the desk, and the user's agent at it.

Through the ORM, these took as long as loading session and user together. Nothing is cached between
requests, so revoked access ends with the next request.
"""

from __future__ import annotations

from accounts.database.instances import Columns
from accounts.database.rows import fetch_prepared
from accounts.models import Agent, Desk, User
from accounts.models.sql import CLOSED_DEPARTMENTS

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
    """Return the desks with this host name or path segment."""
    rows = fetch_prepared(DESKS, {"host": host, "slug": slug})
    return [desk for row in rows if (desk := DESK.load(row))]


def read_agent(desk: Desk, user: User) -> Agent | None:
    """Return the user's active agent at the current desk, with the desk, or None.

    Includes closed_departments, like Agent.objects.with_closed_departments().
    """
    rows = fetch_prepared(AGENT_OF_USER, {"desk": desk.pk, "user": user.pk})
    agent = AGENT.load(rows[0]) if rows else None
    if agent is not None:
        agent.desk = desk
        agent.closed_departments = rows[0]["closed_departments"]
    return agent
