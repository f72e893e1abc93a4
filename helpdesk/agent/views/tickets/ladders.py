"""Acknowledging the escalation ladder of a ticket."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.agent.permissions import AgentRequest, agent_action
from helpdesk.agent.redirects import redirect_to_ticket
from helpdesk.agent.ticket_page.ticket_queries import get_ticket_for_change
from helpdesk.shared.wording.ladders import describe_acknowledger
from sla.ladders import acknowledge
from sla.ladders.selectors import find_ladder
from tickets.actors import Actor
from tickets.errors import ServiceError


@agent_action
def acknowledge_ladder(request: AgentRequest, number: int) -> HttpResponse:
    """Stop the alerts about a ticket, because the agent takes care of it.

    If another agent was first, say who.
    """
    ticket = get_ticket_for_change(request.agent, number)
    try:
        is_new = acknowledge(ticket_id=ticket.pk, by=Actor.of(request.agent), at=timezone.now())
    except ServiceError as error:
        return redirect_to_ticket(request, number, error=error)
    success = _("Acknowledged. The ladder continues if nothing happens on the ticket.")
    ladder = None if is_new else find_ladder(ticket)
    if ladder is not None and ladder.acknowledger_id != request.agent.pk:
        success = describe_acknowledger(ladder) or success
    return redirect_to_ticket(request, number, success=success)
