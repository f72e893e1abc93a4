"""Access of open pages, checked for many pages in one statement.

Each page keeps a stamp: a digest of every row that its access depends on. While the stamp stays the
same, so does the access. The access rules, which are those of a request, run only for pages whose
stamp changed or disappeared.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from importlib import import_module
from typing import NamedTuple, cast

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

from accounts.database.rows import fetch_rows
from accounts.middleware import DeskRequest
from accounts.models import Agent
from accounts.models.sql import CLOSED_DEPARTMENTS
from accounts.tenancy import desk_scope, release_connection, system_scope
from helpdesk.login.sso.sessions import get_sso_end, is_sso_session_invalid
from helpdesk.login.two_factor.policy import get_pending_step
from tickets.rules.visibility import TicketVisibility

# Access must not depend on rows that are missing here; helpdesk/live/access.py lists their models.
# An ended session or a suspended desk has no stamp.
_STAMPS = f"""
SELECT asked.session_key, asked.agent_id, md5(ROW(
    session.session_data, person.id, person.password, person.is_superuser,
    accounts_agent.role, desk.require_two_factor, {CLOSED_DEPARTMENTS},
    ARRAY(
      SELECT factor.type FROM mfa_authenticator factor
      WHERE factor.user_id = person.id ORDER BY factor.type
    ),
    ARRAY(
      SELECT provider.id FROM accounts_identityprovider provider
      WHERE provider.desk_id = desk.id AND provider.is_active ORDER BY provider.id
    )
  )::text) AS stamp
FROM unnest(%(sessions)s::text[], %(agents)s::bigint[]) AS asked(session_key, agent_id)
JOIN django_session session ON session.session_key = asked.session_key
  AND session.expire_date > statement_timestamp()
JOIN accounts_agent ON accounts_agent.id = asked.agent_id AND accounts_agent.is_active
JOIN accounts_desk desk ON desk.id = accounts_agent.desk_id AND NOT desk.is_suspended
JOIN accounts_user person ON person.id = accounts_agent.user_id AND person.is_active
"""  # noqa: S608 (only a constant statement is inserted)


class Reader(NamedTuple):
    """The reader of a page: an agent's session at a desk."""

    session_key: str
    agent_id: int
    desk_id: int


@dataclass(frozen=True, slots=True)
class Access:
    """What a reader may see. ends_at: when an SSO session ends, in seconds since 1970, or None."""

    visibility: TicketVisibility
    ends_at: float | None = None


def get_access(request: DeskRequest) -> Access:
    """Return the access of a request that has passed every middleware."""
    agent = cast(Agent, request.agent)
    return Access(TicketVisibility.for_agent(agent), get_sso_end(request))


def read_stamps(readers: Collection[Reader]) -> dict[Reader, str]:
    """Return the stamps of readers, in one statement for all desks. No access, no stamp."""
    by_key = {(reader.session_key, reader.agent_id): reader for reader in readers}
    asked = {
        "sessions": [session_key for session_key, _ in by_key],
        "agents": [agent_id for _, agent_id in by_key],
    }
    try:
        with system_scope("open pages of all desks are checked together"):
            rows = fetch_rows(_STAMPS, asked)
    finally:
        release_connection()
    return {by_key[row["session_key"], row["agent_id"]]: row["stamp"] for row in rows}


def find_access(reader: Reader) -> Access | None:
    """Return the access of a reader by the rules of a request, or None if it has ended."""
    try:
        with desk_scope(reader.desk_id):
            return _find_access(reader)
    finally:
        release_connection()


def _find_access(reader: Reader) -> Access | None:
    request = cast(DeskRequest, HttpRequest())
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(reader.session_key)
    request.user = get_user(request)
    agents = Agent.objects.with_closed_departments().select_related("desk")
    agent = agents.filter(
        pk=reader.agent_id,
        user_id=request.user.pk or 0,
        is_active=True,
        desk__is_suspended=False,
    ).first()
    if agent is None:
        return None
    request.agent, request.desk, request.contact = agent, agent.desk, None
    if get_pending_step(request) is not None or is_sso_session_invalid(request, agent.desk):
        return None
    return get_access(request)
