"""Closing a ticket with a reason, and reopening it (M20, M21)."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpdesk.agent.forms import ClosureForm
from helpdesk.agent.permissions import (
    AgentRequest,
    agent_action,
    agent_required,
    write_access_required,
)
from helpdesk.agent.redirects import apply_change, redirect_to_ticket
from helpdesk.agent.ticket_queries import get_ticket_for_change
from helpdesk.agent.views.form_pages import render_ticket_form
from tickets.actors import Actor
from tickets.errors import ServiceError
from tickets.services import close, reopen


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
def close_ticket(request: AgentRequest, number: int) -> HttpResponse:
    """Ask for the reason, then close the ticket."""
    ticket = get_ticket_for_change(request.agent, number)
    form = ClosureForm(request.POST if request.method == "POST" else None)
    show = partial(
        render_ticket_form,
        request,
        ticket,
        form,
        title=_("Close ticket"),
        button=_("Close ticket"),
    )
    if request.method != "POST":
        return show()
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            close(ticket_id=ticket.pk, by=Actor.of(request.agent), at=timezone.now(), reason=reason)
        except ServiceError as error:
            form.add_error(None, str(error))
        else:
            return redirect_to_ticket(request, number, success=_("Ticket closed."))
    return show(status=422)


@agent_action
def reopen_ticket(request: AgentRequest, number: int) -> HttpResponse:
    """Reopen a closed ticket."""
    ticket = get_ticket_for_change(request.agent, number)
    by, at = Actor.of(request.agent), timezone.now()
    return apply_change(
        request,
        number,
        lambda: reopen(ticket_id=ticket.pk, by=by, at=at),
        success=_("Ticket reopened."),
    )
