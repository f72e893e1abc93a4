"""Sharing of macros and views with other agents."""

from __future__ import annotations

from accounts.models import Agent, Role

SHARING_ROLES = frozenset({Role.LEAD, Role.ADMIN})


def can_share(agent: Agent) -> bool:
    """Return True if the agent may share macros and views, and change shared ones."""
    return agent.can_write and agent.role in SHARING_ROLES
