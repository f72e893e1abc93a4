"""An agent's presence: away agents get no new tickets. On a ticket, others see who is typing."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.agent.permissions import AgentRequest, agent_action
from helpdesk.agent.presence import confirm
from helpdesk.agent.redirects import see_other
from helpdesk.agent.ticket_queries import get_ticket_for_change
from helpdesk.live.viewers import set_typing
from routing.models import PresenceState
from routing.presence import set_presence


@agent_action
def change_presence(request: AgentRequest) -> HttpResponse:
    """Set the agent's presence: the field "state" is a PresenceState."""
    state = request.POST.get("state", "")
    if state in PresenceState.values:
        chosen = PresenceState(state)
        set_presence(agent=request.agent, state=chosen, at=timezone.now())
        messages.success(request, confirm(chosen))
    else:
        messages.error(request, _("Choose one of the listed presences."))
    return see_other(reverse("agent:queue"))


@agent_action
def show_typing(request: AgentRequest, number: int) -> HttpResponse:
    """Show the agent as typing for some seconds: a "note", or else a reply (field "kind")."""
    ticket = get_ticket_for_change(request.agent, number)
    kind = "note" if request.POST.get("kind") == "note" else "reply"
    set_typing(request.agent, ticket.number, kind)
    return HttpResponse(status=204)
