"""Escalation of a ticket to the next level (M8, M9, M18)."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Level
from helpdesk.agent.forms import EscalationForm
from helpdesk.agent.permissions import AgentRequest, agent_required, write_access_required
from helpdesk.agent.redirects import redirect_to_ticket
from helpdesk.agent.ticket_queries import get_ticket_for_change
from helpdesk.agent.views.form_pages import render_ticket_form
from tickets.actors import Actor
from tickets.errors import ServiceError
from tickets.services import escalate
from tickets.services.states import NEXT_LEVEL


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
def escalate_ticket(request: AgentRequest, number: int) -> HttpResponse:
    """Ask for the reason, then escalate. Errors keep the input (422)."""
    ticket = get_ticket_for_change(request.agent, number)
    level = NEXT_LEVEL[Level(ticket.level)].label
    form = EscalationForm(request.POST if request.method == "POST" else None)
    title = _("Escalate to %(level)s") % {"level": level}
    show = partial(render_ticket_form, request, ticket, form, title=title, button=_("Escalate"))
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
        except ServiceError as error:
            form.add_error(None, str(error))
        else:
            success = _("Escalated to %(level)s.") % {"level": level}
            return redirect_to_ticket(request, number, success=success)
    return show(status=422)
