"""The right to redact texts and remove files: irreversible, so leads and admins only."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import Agent, Role
from tickets.errors import NotAllowedError

REDACTING_ROLES = frozenset({Role.LEAD, Role.ADMIN})


def can_redact(agent: Agent) -> bool:
    """Return True if the agent may redact text and remove files of tickets that they see."""
    return agent.can_write and agent.is_active and agent.role in REDACTING_ROLES


def require_redactor(agent: Agent) -> None:
    """Raise NotAllowedError for agents who may not redact."""
    if not can_redact(agent):
        raise NotAllowedError(_("Only leads and admins of this desk can redact."))
