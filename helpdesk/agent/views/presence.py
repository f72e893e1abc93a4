"""An agent's presence: away agents get no new tickets. On a ticket, others see who is typing."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.agent.permissions import AgentRequest, agent_action
from helpdesk.agent.redirects import see_other
from helpdesk.agent.ticket_queries import get_ticket_for_change
from helpdesk.live.viewers import set_typing
from routing.services import set_away


@agent_action
def set_presence(request: AgentRequest) -> HttpResponse:
    """Set the agent away if the field "away" is "1", otherwise back."""
    is_away = request.POST.get("away") == "1"
    set_away(agent=request.agent, is_away=is_away, at=timezone.now())
    messages.success(
        request,
        _("You're away. New tickets go to other agents.")
        if is_away
        else _("You're back. New tickets can be assigned to you."),
    )
    return see_other(reverse("agent:queue"))


@agent_action
def show_typing(request: AgentRequest, number: int) -> HttpResponse:
    """Show the agent as typing for some seconds: a "note", or else a reply (field "kind")."""
    ticket = get_ticket_for_change(request.agent, number)
    kind = "note" if request.POST.get("kind") == "note" else "reply"
    set_typing(request.agent, ticket.number, kind)
    return HttpResponse(status=204)
