"""Reporting a defect, from a ticket or by itself, and editing one (M60-M63)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpdesk.agent.defects.forms import DefectForm
from helpdesk.agent.defects.previews import describe_preview
from helpdesk.agent.permissions import AgentRequest, agent_required, write_access_required
from helpdesk.agent.redirects import redirect_to_ticket
from helpdesk.agent.sending import create_once
from helpdesk.agent.ticket_page.ticket_queries import get_ticket_for_change
from helpdesk.agent.views.defects.common import (
    apply_form,
    get_defect,
    link_defect,
    redirect_to_defect,
    render_defect_form,
)
from helpdesk.agent.views.form_pages import render_form
from helpdesk.shared.drafts import keeps_draft
from tickets.defects.creating import change_defect, create_defect, suggest_fields
from tickets.defects.updates.preview import preview_report
from tickets.models import Defect, Ticket

TEMPLATE = "agent/defects/form.html"


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def report_defect(request: AgentRequest, number: int) -> HttpResponse:
    """Report a defect from a ticket, filled with what its record says, and link the ticket."""
    return _report(request, get_ticket_for_change(request.agent, number))


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def new_defect(request: AgentRequest) -> HttpResponse:
    """Report a defect that no ticket is about yet."""
    return _report(request, None)


def _report(request: AgentRequest, ticket: Ticket | None) -> HttpResponse:
    entered = request.POST if request.method == "POST" else None
    initial = suggest_fields(ticket) if ticket and entered is None else {}
    form = DefectForm(entered, desk=request.desk, initial=initial)

    def change() -> HttpResponse:
        defect = create_once(
            request,
            lambda: create_defect(
                desk=request.desk,
                agent=request.agent,
                fields=form.get_values(),
                at=timezone.now(),
                ticket_id=ticket.pk if ticket else None,
            ),
            visible=Defect.objects.filter(desk=request.desk).select_related("desk"),
        )
        success = _("Defect %(key)s reported.") % {"key": defect.key}
        if ticket:
            success = link_defect(success, defect)
            return redirect_to_ticket(request, ticket.number, success=success)
        return redirect_to_defect(request, defect.number, success=success)

    answer = None if "preview" in request.POST else apply_form(request, form, change)
    return answer or _render_report(request, form, ticket)


def _render_report(request: AgentRequest, form: DefectForm, ticket: Ticket | None) -> HttpResponse:
    queue = (reverse("agent:defects"), _("Defects"))
    back = (reverse("agent:ticket", args=[ticket.number]), ticket.reference) if ticket else queue
    return render_form(
        request,
        form,
        status=422 if form.is_bound and form.errors else 200,
        page_title=_("Report a defect"),
        intro=ticket.subject if ticket else "",
        submit_label=_("Report defect"),
        back_url=back[0],
        back_label=back[1],
        template=TEMPLATE,
        more=_describe_first_update(form, ticket) if ticket else None,
    )


def _describe_first_update(form: DefectForm, ticket: Ticket) -> dict[str, Any]:
    """Return what the customer gets, by what was entered or what the form is filled with."""
    is_entered = form.is_bound and form.is_valid()
    fields = form.get_values() if is_entered else suggest_fields(ticket)
    is_shown = is_entered or not form.is_bound
    return {
        "hint": _("The customer gets one update about the defect's current stage."),
        **describe_preview(preview_report(ticket, fields) if is_shown else None),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def edit_defect(request: AgentRequest, defect_number: int) -> HttpResponse:
    """Edit what a defect says. Of two people who do, the second one is told and loses nothing."""
    defect = get_defect(request, defect_number)
    entered = request.POST if request.method == "POST" else None
    form = DefectForm(entered, desk=request.desk, defect=defect)
    answer = apply_form(request, form, lambda: _save(request, defect, form))
    return answer or render_defect_form(
        request,
        form,
        defect,
        title=_("Edit defect"),
        button=_("Save defect"),
        template=TEMPLATE,
    )


def _save(request: AgentRequest, defect: Defect, form: DefectForm) -> HttpResponse:
    change_defect(
        defect_id=defect.pk,
        agent=request.agent,
        fields=form.get_values(),
        at=timezone.now(),
        expected=form.cleaned_data["revision"],
    )
    return redirect_to_defect(request, defect.number, success=_("Defect saved."))
