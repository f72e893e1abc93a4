"""Closing a ticket for a stated reason, and taking it up again (M20, M21)."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from helpdesk.agent.doors import AgentRequest, for_agents, writers_only, writing
from helpdesk.agent.forms import ClosureForm
from helpdesk.agent.redirects import carry_out, see_ticket
from helpdesk.agent.ticket_reads import find_bare_ticket
from helpdesk.agent.views.asking import ask_about_ticket
from tickets.actors import Actor
from tickets.errors import Refused
from tickets.services import close, reopen


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
@writers_only
def close_ticket(request: AgentRequest, number: int) -> HttpResponse:
    """Ask for the reason, then close."""
    ticket = find_bare_ticket(request.agent, number)
    form = ClosureForm(request.POST if request.method == "POST" else None)
    show = partial(
        ask_about_ticket, request, ticket, form, title="Close the ticket", button="Close ticket"
    )
    if request.method != "POST":
        return show()
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            close(ticket_id=ticket.pk, by=Actor.of(request.agent), at=timezone.now(), reason=reason)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return see_ticket(request, number, told="The ticket is closed.")
    return show(status=422)


@writing
def reopen_ticket(request: AgentRequest, number: int) -> HttpResponse:
    ticket = find_bare_ticket(request.agent, number)
    by, at = Actor.of(request.agent), timezone.now()
    told = "The ticket is open again."
    return carry_out(request, number, lambda: reopen(ticket_id=ticket.pk, by=by, at=at), told=told)
