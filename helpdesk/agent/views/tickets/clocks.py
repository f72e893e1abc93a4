"""The clocks of a ticket: each explained, as of now or of any moment in the past."""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from helpdesk.agent.permissions import AgentRequest, agent_page
from helpdesk.agent.shell import build_shell
from helpdesk.agent.ticket_page.clocks.deadlines import list_deadline_urls
from helpdesk.agent.ticket_page.clocks.pages import describe_clock_card, describe_clock_page
from helpdesk.agent.ticket_page.ticket_queries import get_ticket
from helpdesk.shared.components import Link
from helpdesk.shared.moments import MomentForm
from helpdesk.shared.urls import get_url
from sla.explaining.selectors import list_clocks


@agent_page
def show_clocks(request: AgentRequest, number: int) -> HttpResponse:
    """Show all clocks of a ticket, each explained in a sentence."""
    ticket, now = get_ticket(request.agent, number), timezone.now()
    context = {
        **build_shell(request),
        "ticket": Link(get_url("agent:ticket", number), ticket.reference),
        "clocks": [describe_clock_card(clock, ticket, now=now) for clock in list_clocks(ticket)],
    }
    return render(request, "agent/clocks/list.html", context)


@agent_page
def show_clock(request: AgentRequest, number: int, clock_kind: str) -> HttpResponse:
    """Explain one clock of a ticket. at: as of when; run: which of its runs."""
    ticket = get_ticket(request.agent, number)
    clock = next((each for each in list_clocks(ticket) if each.kind == clock_kind), None)
    if clock is None:
        raise Http404
    form = MomentForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    page = describe_clock_page(
        clock, ticket, at=chosen.get("at"), number=chosen.get("run"), now=timezone.now()
    )
    status = 200 if form.is_valid() else 422
    page = replace(page, **list_deadline_urls(clock, ticket, request.agent))
    context = {**build_shell(request), "clock": page, "form": form}
    return render(request, "agent/clocks/page.html", context, status=status)
