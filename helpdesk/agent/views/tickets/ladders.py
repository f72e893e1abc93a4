"""Acknowledging the escalation ladder of a ticket."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _

from helpdesk.agent.permissions import AgentRequest, agent_action
from helpdesk.agent.redirects import apply_service
from sla.ladders import acknowledge


@agent_action
def acknowledge_ladder(request: AgentRequest, number: int) -> HttpResponse:
    """Stop the alerts about a ticket, because the agent takes care of it."""
    success = _("Acknowledged. The ladder continues if nothing happens on the ticket.")
    return apply_service(request, number, acknowledge, success=success)
