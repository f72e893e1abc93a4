"""Whether an agent takes new tickets."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from helpdesk.agent.permissions import AgentRequest, agent_action
from helpdesk.agent.redirects import see_other
from routing.services import set_away


@agent_action
def set_presence(request: AgentRequest) -> HttpResponse:
    """Field "away": "1" takes the agent out of the turn, anything else puts them back."""
    is_away = request.POST.get("away") == "1"
    set_away(agent=request.agent, is_away=is_away, at=timezone.now())
    messages.success(
        request, "You get no new tickets now." if is_away else "You take new tickets again."
    )
    return see_other(reverse("agent:queue"))
