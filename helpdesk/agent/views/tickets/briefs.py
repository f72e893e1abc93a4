"""The living summary of a ticket with its earlier versions, and its business impact (M4)."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpdesk.agent.brief.forms import ImpactForm, SummaryForm
from helpdesk.agent.levels.cards import describe_versions
from helpdesk.agent.permissions import (
    AgentRequest,
    agent_action,
    agent_required,
    require_write_access,
)
from helpdesk.agent.redirects import apply_change, redirect_to_ticket
from helpdesk.agent.ticket_page.ticket_queries import get_ticket_for_change
from helpdesk.agent.views.form_pages import run_ticket_form
from helpdesk.shared.drafts import keeps_draft
from helpdesk.shared.undo import Undo
from tickets.actors import Actor
from tickets.errors import ServiceError
from tickets.models import SUMMARY_FIELDS
from tickets.services import change_impact, save_summary
from tickets.services.impact import name_impact
from tickets.services.summaries import find_summary, list_summaries


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@keeps_draft
def edit_summary(request: AgentRequest, number: int) -> HttpResponse:
    """Show the summary and its versions; agents who may write change it."""
    ticket = get_ticket_for_change(request.agent, number)
    if request.method == "POST":
        require_write_access(request)
    entered = request.POST if request.method == "POST" else None
    form = SummaryForm(entered, summary=find_summary(ticket.pk))

    def change() -> str:
        save_summary(
            ticket_id=ticket.pk,
            agent=request.agent,
            fields=form.get_summary(),
            at=timezone.now(),
            expected=form.cleaned_data["summary_version"],
        )
        return _("Summary saved.")

    return run_ticket_form(
        request,
        ticket,
        form,
        change,
        title=_("Summary"),
        button=_("Save summary"),
        template="agent/summary_form.html",
        more={
            "versions": describe_versions(list_summaries(ticket.pk), SUMMARY_FIELDS),
            "is_read_only": not request.agent.can_write,
        },
    )


@agent_action
def set_impact(request: AgentRequest, number: int) -> HttpResponse:
    """Set the business impact in the field "impact"; an empty one stands for not known."""
    ticket = get_ticket_for_change(request.agent, number)
    form = ImpactForm(request.POST)
    if not form.is_valid() or "impact" not in request.POST:
        text = _("Choose one of the business impacts.")
        return redirect_to_ticket(request, number, error=ServiceError(text))
    before, after = ticket.impact, form.cleaned_data["impact"]
    undo = Undo(reverse("agent:impact", args=[number]), "impact", value=before, expected=after)
    return apply_change(
        request,
        number,
        lambda: change_impact(
            ticket_id=ticket.pk,
            impact=after,
            by=Actor.of(request.agent),
            at=timezone.now(),
            expected=request.POST.get("expected"),
        ),
        success=_("Business impact: %(impact)s.") % {"impact": name_impact(after)},
        undo=undo if before != after else None,
    )
