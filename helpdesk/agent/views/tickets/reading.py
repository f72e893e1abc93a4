"""Reading a ticket marks its notifications as read. A GET changes nothing, so a script posts it."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone

from helpdesk.agent.permissions import AgentRequest, agent_required
from helpdesk.agent.ticket_page.ticket_queries import get_ticket_for_change
from helpdesk.shared.http.methods import post_only
from tickets.notifications import mark_ticket_read


@post_only
@agent_required
def mark_read(request: AgentRequest, number: int) -> HttpResponse:
    """Mark the agent's notifications about a ticket as read. Observers have some, too."""
    ticket = get_ticket_for_change(request.agent, number)
    mark_ticket_read(agent=request.agent, ticket_id=ticket.pk, at=timezone.now())
    return HttpResponse(status=204)
