"""The command bar's results, and the same as a page for browsers without script."""

from __future__ import annotations

import re

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.vary import vary_on_headers

from helpdesk.agent.finding.results import count_found, find_everything
from helpdesk.agent.finding.values import suggest_values
from helpdesk.agent.permissions import AgentRequest, agent_page
from helpdesk.agent.shell import build_shell
from helpdesk.shared.urls import get_url
from tickets.access import tickets_for_agent
from tickets.models import Ticket
from tickets.selectors import MAX_SEARCH_LENGTH

TICKET_PAGE = re.compile(r"/agent/tickets/(\d{1,12})/")


@vary_on_headers("HX-Request", "HX-Current-URL")
@agent_page
def show_found(request: AgentRequest) -> HttpResponse:
    """Show what ``?q=`` finds: to htmx the options of the command bar, otherwise a page."""
    words = request.GET.get("q", "").strip()[:MAX_SEARCH_LENGTH]
    groups = find_everything(request.agent, words, ticket=_find_open_ticket(request))
    context = {
        "words": words,
        "groups": groups,
        "search_url": get_url("agent:queue", query={"q": words}) if words else "",
        "found": count_found(groups) if words else "",
    }
    if request.htmx:
        return render(request, "agent/find/_options.html", context)
    return render(request, "agent/find/page.html", {**build_shell(request), **context})


def _find_open_ticket(request: AgentRequest) -> Ticket | None:
    """Return the ticket that the page under the command bar shows, if the agent can change it."""
    path = (request.htmx.current_url_abs_path or "") if request.htmx else ""
    number = TICKET_PAGE.search(path)
    if number is None or not request.agent.can_write:
        return None
    return tickets_for_agent(request.agent).filter(number=number[1]).first()


@agent_page
def show_values(request: AgentRequest) -> HttpResponse:
    """Return options for the search operator in ``?q=``."""
    typed = request.GET.get("q", "")[:MAX_SEARCH_LENGTH]
    values = suggest_values(request.agent, typed)
    return render(request, "agent/find/_values.html", {"values": values})
