"""Escalation of a ticket to the next level (M8, M9, M18)."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Level
from helpdesk.agent.forms import EscalationForm
from helpdesk.agent.permissions import AgentRequest, agent_required, write_access_required
from helpdesk.agent.ticket_queries import get_ticket_for_change
from helpdesk.agent.views.form_pages import run_ticket_form
from helpdesk.shared.drafts import keeps_draft
from tickets.actors import Actor
from tickets.services import escalate
from tickets.services.escalation import NEXT_LEVEL


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def escalate_ticket(request: AgentRequest, number: int) -> HttpResponse:
    """Ask for the reason, then escalate."""
    ticket = get_ticket_for_change(request.agent, number)
    level = request.desk.word_for_level(NEXT_LEVEL[Level(ticket.level)])
    form = EscalationForm(request.POST if request.method == "POST" else None)

    def change() -> str:
        by, why = Actor.of(request.agent), form.cleaned_data["why"]
        escalate(ticket_id=ticket.pk, by=by, at=timezone.now(), why=why)
        return _("Escalated to %(level)s.") % {"level": level}

    title = _("Escalate to %(level)s") % {"level": level}
    return run_ticket_form(request, ticket, form, change, title=title, button=_("Escalate"))
