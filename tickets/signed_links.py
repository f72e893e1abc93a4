"""Signed links that name a ticket and an agent, to acknowledge an escalation without a sign-in.

A link names a ticket and an agent, and works at their desk for a few days. Opening it changes
nothing, because mail scanners open links, too; its page has a button.
"""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from django.core import signing

VALID = timedelta(days=3)


class Link(NamedTuple):
    """The contents of a link."""

    ticket_id: int
    agent_id: int


def make_link_token(*, desk_id: int, ticket_id: int, agent_id: int) -> str:
    """Return the token of a link for an agent."""
    return signing.dumps([ticket_id, agent_id], salt=_get_salt(desk_id))


def read_link_token(token: str, *, desk_id: int) -> Link | None:
    """Return what a token is for; None if it is forged, expired or of another desk."""
    try:
        ticket_id, agent_id = signing.loads(token, salt=_get_salt(desk_id), max_age=VALID)
    except signing.BadSignature:
        return None
    return Link(ticket_id, agent_id)


def _get_salt(desk_id: int) -> str:
    return f"{__name__}:{desk_id}"
