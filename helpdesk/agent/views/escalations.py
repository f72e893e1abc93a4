"""Sending a ticket a level up (M8, M9, M18)."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import Level
from helpdesk.agent.doors import AgentRequest, for_agents, writers_only
from helpdesk.agent.forms import EscalationForm
from helpdesk.agent.redirects import see_ticket
from helpdesk.agent.ticket_reads import find_bare_ticket
from helpdesk.agent.views.asking import ask_about_ticket
from tickets.actors import Actor
from tickets.errors import Refused
from tickets.services import escalate
from tickets.services.states import NEXT_LEVEL


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
@writers_only
def escalate_ticket(request: AgentRequest, number: int) -> HttpResponse:
    """Ask for the reason, then escalate; a refusal comes back with what was typed (422)."""
    ticket = find_bare_ticket(request.agent, number)
    level = NEXT_LEVEL[Level(ticket.level)].label
    form = EscalationForm(request.POST if request.method == "POST" else None)
    show = partial(
        ask_about_ticket, request, ticket, form, title=f"Escalate to {level}", button="Escalate"
    )
    if request.method != "POST":
        return show()
    if form.is_valid():
        try:
            escalate(
                ticket_id=ticket.pk,
                by=Actor.of(request.agent),
                at=timezone.now(),
                why=form.cleaned_data["why"],
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return see_ticket(request, number, told=f"Escalated to {level}.")
    return show(status=422)
