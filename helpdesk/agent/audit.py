"""Looking at files and raw mails: each view by an admin is one row of the audit (reliability.md, security 21)."""

from __future__ import annotations

from typing import cast

from django.db.models import Model

from accounts.audit import record_view
from accounts.models import Role, User
from helpdesk.agent.permissions import AgentRequest


def record_admin_view(request: AgentRequest, row: Model) -> None:
    """Write down that an admin, of the desk or of the installation, looks at this row; other agents work with it."""
    user = cast(User, request.user)
    if request.agent.role == Role.ADMIN or user.is_superuser:
        record_view(desk=request.desk, user=user, row=row)
