"""Absences: entered by the agent or by a lead, and canceled."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpdesk.agent.permissions import (
    AgentRequest,
    agent_action,
    agent_required,
    write_access_required,
)
from helpdesk.agent.redirects import see_other
from helpdesk.agent.schedules.forms import AbsenceForm
from helpdesk.agent.views.form_pages import render_form
from helpdesk.shared.drafts import keeps_draft
from routing.models import Absence, AbsenceKind
from routing.staff.absences import add_absence, cancel_absence
from tickets.errors import InvalidValueError, ServiceError

# The form's field for a field of the service.
FIELDS = {"start_at": "first_day", "end_at": "last_day"}


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def enter_absence(request: AgentRequest) -> HttpResponse:
    """Show and accept the form for an absence: one's own, or for leads anyone's."""
    form = AbsenceForm(request.POST if request.method == "POST" else None, by=request.agent)
    if form.is_bound and form.is_valid():
        try:
            return _save(request, form)
        except InvalidValueError as refused:
            form.add_error(FIELDS.get(refused.field), str(refused))
        except ServiceError as refused:
            form.add_error(None, str(refused))
    return render_form(
        request,
        form,
        page_title=_("Enter an absence"),
        intro=_("Times are in the time zone of the agent who is absent."),
        submit_label=_("Enter absence"),
        back_url=reverse("agent:my_schedule"),
        back_label=_("My schedule"),
        status=422 if form.is_bound else 200,
    )


def _save(request: AgentRequest, form: AbsenceForm) -> HttpResponse:
    agent = form.cleaned_data["agent"]
    start_at, end_at = form.get_times()
    add_absence(
        agent=agent,
        kind=AbsenceKind(form.cleaned_data["kind"]),
        start_at=start_at,
        end_at=end_at,
        note=form.cleaned_data["note"],
        by=request.agent,
        at=timezone.now(),
    )
    is_own = agent.pk == request.agent.pk
    messages.success(
        request,
        _("Your absence was entered.")
        if is_own
        else _("The absence of %(agent)s was entered.") % {"agent": agent},
    )
    return see_other(reverse("agent:my_schedule" if is_own else "agent:schedule"))


@agent_action
def cancel(request: AgentRequest, absence_id: int) -> HttpResponse:
    """Cancel an absence. One that has begun ends now."""
    absence = Absence.objects.select_related("agent").filter(desk=request.desk, pk=absence_id)
    found = absence.first()
    if found is None:
        raise Http404
    try:
        cancel_absence(absence=found, by=request.agent, at=timezone.now())
    except ServiceError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The absence was canceled."))
    return see_other(reverse("agent:my_schedule"))
