"""Closing a ticket with a reason, and reopening it (M20, M21)."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpdesk.agent.permissions import (
    AgentRequest,
    agent_action,
    agent_required,
    write_access_required,
)
from helpdesk.agent.redirects import apply_service
from helpdesk.agent.relations.forms import ClosureForm
from helpdesk.agent.ticket_page.ticket_queries import get_ticket_for_change
from helpdesk.agent.views.form_pages import run_ticket_form
from helpdesk.shared.drafts import keeps_draft
from tickets.actors import Actor
from tickets.models import Ticket
from tickets.relations.closing import close_as_duplicate
from tickets.services import close, reopen


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def close_ticket(request: AgentRequest, number: int) -> HttpResponse:
    """Ask for the reason, then close the ticket."""
    ticket = get_ticket_for_change(request.agent, number)
    data = request.POST if request.method == "POST" else None
    form = ClosureForm(data, agent=request.agent, ticket=ticket)

    def change() -> str:
        _close(request, ticket, form)
        return _("Ticket closed.")

    title = _("Close ticket")
    return run_ticket_form(request, ticket, form, change, title=title, button=title)


def _close(request: AgentRequest, ticket: Ticket, form: ClosureForm) -> None:
    by, at, reason = Actor.of(request.agent), timezone.now(), form.cleaned_data["reason"]
    original = form.cleaned_data.get("original")
    if original is not None:
        close_as_duplicate(ticket_id=ticket.pk, of_id=original.pk, agent=request.agent, at=at)
    elif own := form.own.get(reason):
        close(ticket_id=ticket.pk, by=by, at=at, own=own)
    else:
        close(ticket_id=ticket.pk, by=by, at=at, reason=reason)


@agent_action
def reopen_ticket(request: AgentRequest, number: int) -> HttpResponse:
    """Reopen a closed ticket."""
    success = _("Ticket reopened.")
    return apply_service(request, number, reopen, success=success)
