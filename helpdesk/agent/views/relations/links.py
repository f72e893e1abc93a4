"""Linking a ticket to another one, and removing a link."""

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
from helpdesk.agent.redirects import apply_change
from helpdesk.agent.relations.forms import LinkForm
from helpdesk.agent.ticket_page.ticket_queries import get_ticket_for_change
from helpdesk.agent.views.form_pages import run_ticket_form
from helpdesk.shared.drafts import keeps_draft
from tickets.models import LinkKind
from tickets.relations.linking import link_tickets, unlink_tickets

# The kind of a link by the choice in the form, and whether the ticket at hand is its source.
KINDS = {
    "related": (LinkKind.RELATED, True),
    "problem": (LinkKind.PARENT, True),
    "incident": (LinkKind.PARENT, False),
    "duplicate": (LinkKind.DUPLICATE, True),
}


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def link(request: AgentRequest, number: int) -> HttpResponse:
    """Ask for the other ticket and what the two have to do with each other, then link them."""
    ticket = get_ticket_for_change(request.agent, number)
    data = request.POST if request.method == "POST" else None
    form = LinkForm(data, agent=request.agent, ticket=ticket)

    def change() -> str:
        kind, is_source = KINDS[form.cleaned_data["kind"]]
        other = form.cleaned_data["other"]
        source, target = (ticket, other) if is_source else (other, ticket)
        is_new = link_tickets(
            source_id=source.pk,
            target_id=target.pk,
            kind=kind,
            agent=request.agent,
            at=timezone.now(),
        )
        return _("Tickets linked.") if is_new else _("These tickets are already linked.")

    title = _("Link a ticket")
    return run_ticket_form(request, ticket, form, change, title=title, button=_("Link tickets"))


@agent_action
def unlink(request: AgentRequest, number: int, link_id: int) -> HttpResponse:
    """Remove a link of the ticket."""
    ticket = get_ticket_for_change(request.agent, number)
    return apply_change(
        request,
        number,
        lambda: unlink_tickets(
            link_id=link_id, ticket_id=ticket.pk, agent=request.agent, at=timezone.now()
        ),
        success=_("Link removed."),
    )
