"""Audit of views: viewing a file or raw email as an admin is recorded."""

from __future__ import annotations

from typing import cast

from django.db.models import Model

from accounts.audit import record_view
from accounts.models import Role, User
from helpdesk.agent.permissions import AgentRequest


def record_admin_view(request: AgentRequest, row: Model) -> None:
    """Record that an admin of the desk or the installation views this row.

    Views by other agents aren't recorded: they are part of their work.
    """
    user = cast(User, request.user)
    if request.agent.role == Role.ADMIN or user.is_superuser:
        record_view(desk=request.desk, user=user, row=row)
