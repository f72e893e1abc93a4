"""The command bar's results, and the same as a page for browsers without script."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.vary import vary_on_headers

from helpdesk.agent.finding.results import count_found, find_everything
from helpdesk.agent.permissions import AgentRequest, agent_page
from helpdesk.agent.shell import build_shell
from helpdesk.shared.urls import get_url
from tickets.selectors import MAX_SEARCH_LENGTH


@vary_on_headers("HX-Request")
@agent_page
def show_found(request: AgentRequest) -> HttpResponse:
    """Show what ``?q=`` finds: to htmx the options of the command bar, otherwise a page."""
    words = request.GET.get("q", "").strip()[:MAX_SEARCH_LENGTH]
    groups = find_everything(request.agent, words)
    context = {
        "words": words,
        "groups": groups,
        "search_url": get_url("agent:queue", query={"q": words}) if words else "",
        "found": count_found(groups) if words else "",
    }
    if request.htmx:
        return render(request, "agent/find/_options.html", context)
    return render(request, "agent/find/page.html", {**build_shell(request), **context})
