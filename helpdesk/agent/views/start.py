"""The start page of agents."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from helpdesk.agent.permissions import AgentRequest, agent_page
from helpdesk.agent.shell import build_shell
from helpdesk.agent.start.page import build_start


@agent_page
def show_start(request: AgentRequest) -> HttpResponse:
    """Show what the agent has to do today, and to leads how the desk is doing."""
    context = {
        **build_shell(request, current="start"),
        **build_start(request.agent, at=timezone.now()),
    }
    return render(request, "agent/start/page.html", context)
