"""Opening a follow-up: a new ticket for the requester of an earlier one, linked to it."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from channels_intake.incoming.requests import accept_follow_up
from helpdesk.agent.permissions import AgentRequest, agent_required, write_access_required
from helpdesk.agent.relations.forms import FollowUpForm
from helpdesk.agent.ticket_page.ticket_queries import get_ticket_for_change
from helpdesk.agent.views.relations.opening import run_opening_form
from helpdesk.shared.drafts import keeps_draft
from tickets.actors import Actor
from tickets.models import Channel, Ticket


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def follow_up(request: AgentRequest, number: int) -> HttpResponse:
    """Ask what the follow-up is about, then open it."""
    ticket = get_ticket_for_change(request.agent, number)
    data = request.POST if request.method == "POST" else None
    form = FollowUpForm(data, initial={"subject": ticket.subject})
    return run_opening_form(
        request,
        ticket,
        form,
        lambda at: _open(request, ticket, form, at=at),
        title=_("Open a follow-up"),
        button=_("Open follow-up"),
        success=_("Follow-up to %(ticket)s opened.") % {"ticket": ticket.reference},
    )


def _open(request: AgentRequest, ticket: Ticket, form: FollowUpForm, *, at: datetime) -> Ticket:
    return accept_follow_up(
        ticket=ticket,
        subject=form.cleaned_data["subject"],
        text=form.cleaned_data["text"],
        channel=Channel.AGENT,
        by=Actor.of(request.agent),
        at=at,
    )
