"""Agents of the desk behind the users of a phone system.

Users are matched by their email address. Where the addresses differ, the connection's setting
"agents" has a line for each: "vendor's ID or address = agent's address".
"""

from __future__ import annotations

from collections.abc import Mapping

from accounts.matching import normalize_email
from accounts.models import Agent
from channels_intake.models import Connection

USERS, CONNECTED, CONNECTED_AT = "users", "connected", "connected_at"  # of Connection.cursor


def read_mapping(text: str) -> dict[str, str]:
    """Return the addresses of agents by the vendor's ID or address. Pure."""
    pairs = (line.partition("=") for line in text.splitlines() if "=" in line)
    return {left.strip().lower(): right.strip().lower() for left, _equals, right in pairs}


def find_address(connection: Connection, user: str) -> str:
    """Return the email address of the agent behind a user, "" if it isn't known.

    user: the vendor's ID, or an email address.
    """
    users: Mapping[str, str] = connection.cursor.get(USERS, {})
    email = users.get(user, user).lower()
    mapping = read_mapping(connection.settings.get("agents", ""))
    found = mapping.get(user.lower()) or mapping.get(email) or email
    return normalize_email(found) or ""


def find_agent(connection: Connection, user: str) -> Agent | None:
    """Return the active agent behind a user of the phone system, or None."""
    address = find_address(connection, user) if user else ""
    if not address:
        return None
    active = Agent.objects.filter(desk_id=connection.desk_id, is_active=True)
    found = active.filter(user__email=address).select_related("user", "desk").first()
    return found
