"""Access to macros: one's own and the shared ones; leads and admins change the shared ones."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Agent
from tickets.errors import NotAllowedError
from tickets.models import Macro, Ticket
from tickets.rules.sharing import can_share


def list_macros(agent: Agent) -> QuerySet[Macro]:
    """Return the macros that an agent may see: own and shared ones."""
    mine = Q(owner__isnull=True) | Q(owner=agent)
    return Macro.objects.filter(mine, desk_id=agent.desk_id)


def list_usable_macros(agent: Agent, ticket: Ticket) -> QuerySet[Macro]:
    """Return the macros that an agent can apply to a ticket, the most used first."""
    fits = Q(department__isnull=True) | Q(department_id=ticket.department_id)
    return list_macros(agent).filter(fits).order_by("-uses", "name", "pk")


def can_change(agent: Agent, macro: Macro) -> bool:
    """Return True if the agent may change this macro."""
    if macro.owner_id is None:
        return can_share(agent)
    return agent.can_write and macro.owner_id == agent.pk


def require_usable(macro: Macro, agent: Agent, *, department_id: int | None) -> None:
    """Raise NotAllowedError if the macro isn't for this agent or this department."""
    if macro.owner_id not in (None, agent.pk):
        raise NotAllowedError(_("This macro belongs to another agent."))
    if macro.department_id not in (None, department_id):
        raise NotAllowedError(
            _("The macro %(macro)s is for tickets of %(department)s only.")
            % {"macro": macro.name, "department": macro.department}
        )
