"""Access checks: the only way to get a request for help for a person.

A request is as visible as its ticket.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from accounts.models import Agent, Role
from tickets.models import EngineeringGroup, GroupMember, HelpRequest
from tickets.rules.visibility import TicketVisibility

DECIDING_ROLES = frozenset({Role.LEAD, Role.ADMIN})
RELATED = ("ticket__desk", "group", "asked_by", "ended_by", "defect__desk")


def list_requests_for_agent(agent: Agent) -> QuerySet[HelpRequest]:
    """Return the requests for help on tickets that an agent may see."""
    visible = TicketVisibility.for_agent(agent).as_q("ticket__")
    return HelpRequest.objects.filter(visible, desk_id=agent.desk_id).select_related(*RELATED)


def get_request_for_agent(agent: Agent, help_id: int) -> HelpRequest:
    """Return a request that an agent may see. Raises HelpRequest.DoesNotExist."""
    return list_requests_for_agent(agent).get(pk=help_id)


def list_groups_of_agent(agent: Agent) -> list[int]:
    """Return the IDs of the engineering groups that an agent belongs to."""
    return list(GroupMember.objects.filter(agent=agent).values_list("group_id", flat=True))


def can_answer(agent: Agent, group_id: int) -> bool:
    """Return True if an agent may answer for a group: its members, leads and admins."""
    if not agent.can_write:
        return False
    return agent.role in DECIDING_ROLES or group_id in list_groups_of_agent(agent)


def list_members(group: EngineeringGroup | int) -> Iterable[Agent]:
    """Return the active members of a group with what they may see."""
    group_id = group if isinstance(group, int) else group.pk
    mine = GroupMember.objects.filter(group_id=group_id).values("agent_id")
    working = Agent.objects.filter(pk__in=mine, is_active=True).exclude(role=Role.OBSERVER)
    return working.with_closed_departments()
