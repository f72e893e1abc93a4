"""Splitting a message off a ticket into a new one."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpdesk.agent.permissions import AgentRequest, agent_required, write_access_required
from helpdesk.agent.relations.forms import SplitForm
from helpdesk.agent.ticket_page.ticket_queries import get_ticket_for_change
from helpdesk.agent.views.relations.opening import run_opening_form
from helpdesk.shared.drafts import keeps_draft
from tickets.models import Message, Ticket
from tickets.relations.splitting import split_ticket

MAX_OFFERED = 50  # the newest


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def split(request: AgentRequest, number: int) -> HttpResponse:
    """Ask which message is about something else, then open a ticket from it."""
    ticket = get_ticket_for_change(request.agent, number)
    written = Message.objects.filter(ticket=ticket, contact__isnull=False)
    offered = written.select_related("contact").order_by("-created_at", "-pk")[:MAX_OFFERED]
    form = SplitForm(request.POST if request.method == "POST" else None, messages=list(offered))
    return run_opening_form(
        request,
        ticket,
        form,
        lambda at: _split(request, ticket, form, at=at),
        title=_("Split into a new ticket"),
        button=_("Open new ticket"),
        success=_("This ticket was split from %(ticket)s.") % {"ticket": ticket.reference},
    )


def _split(request: AgentRequest, ticket: Ticket, form: SplitForm, *, at: datetime) -> Ticket:
    return split_ticket(
        ticket_id=ticket.pk,
        message_id=int(form.cleaned_data["message"]),
        with_later=form.cleaned_data["with_later"],
        subject=form.cleaned_data["subject"],
        agent=request.agent,
        at=at,
    )
