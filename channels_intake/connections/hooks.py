"""The URLs to which vendors send events, for connectors that register them at the vendor."""

from __future__ import annotations

from channels_intake.models import Connection
from channels_intake.outgoing.composing import get_desk_url


def get_hook_url(connection: Connection) -> str:
    """Return the whole URL of a connection's webhook."""
    return f"{get_desk_url(connection.desk)}/channels/{connection.hook_token}/"
