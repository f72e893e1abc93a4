"""Access to saved views: one's own, and shared ones."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import Agent, AgentDepartment
from tickets.models import SavedView
from tickets.rules.sharing import can_share
from tickets.rules.visibility import ROLES_SEEING_ALL


def views_for_agent(agent: Agent) -> QuerySet[SavedView]:
    """Return the views that an agent sees: own ones, and those shared with the agent.

    A view that is shared with a department is seen by its members, and by leads and desk admins.
    """
    shared = Q(agent=None)
    if agent.role not in ROLES_SEEING_ALL:
        mine = AgentDepartment.objects.filter(agent=agent).values("department_id")
        shared &= Q(department=None) | Q(department_id__in=mine)
    return SavedView.objects.filter(Q(agent=agent) | shared, desk_id=agent.desk_id)


def get_view_for_agent(agent: Agent, view_id: int) -> SavedView:
    """Return a view. Raises SavedView.DoesNotExist if the agent doesn't see it."""
    return views_for_agent(agent).get(pk=view_id)


def can_change(agent: Agent, view: SavedView) -> bool:
    """Return True if the agent may change a view that the agent sees."""
    return can_share(agent) if view.is_shared else agent.can_write
