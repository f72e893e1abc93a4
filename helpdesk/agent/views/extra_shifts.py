"""Extra shifts of an agent: listed, entered and canceled by leads and desk admins."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Agent, Role
from helpdesk.agent.permissions import (
    AgentRequest,
    agent_action,
    agent_required,
    write_access_required,
)
from helpdesk.agent.redirects import see_other
from helpdesk.agent.schedules.components import ExtraShiftLine
from helpdesk.agent.schedules.forms import ExtraShiftForm, get_time_zone
from helpdesk.agent.views.form_pages import render_form
from helpdesk.shared.drafts import keeps_draft
from helpdesk.shared.wording.times import format_datetime
from routing.models import ExtraShift
from routing.staff.absences import can_plan
from routing.staff.extra_shifts import add_extra_shift, cancel_extra_shift
from tickets.errors import InvalidValueError, ServiceError

# The form's field for a field of the service.
FIELDS = {"start_at": "start", "end_at": "end"}


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def enter_extra_shift(request: AgentRequest, agent_id: int) -> HttpResponse:
    """Show and accept the form for an agent's extra shift."""
    _require_planner(request)
    agent = find_planned_agent(request, agent_id)
    zone = get_time_zone(agent)
    form = ExtraShiftForm(request.POST if request.method == "POST" else None, zone=zone)
    if form.is_bound and form.is_valid():
        try:
            return _save(request, agent, form)
        except InvalidValueError as refused:
            form.add_error(FIELDS.get(refused.field), str(refused))
        except ServiceError as refused:
            form.add_error(None, str(refused))
    return render_form(
        request,
        form,
        page_title=_("Add an extra shift of %(name)s") % {"name": agent},
        intro=_("Times are in the agent's time zone, %(zone)s.") % {"zone": zone},
        submit_label=_("Add extra shift"),
        back_url=reverse("agent:agent_shifts", args=[agent.pk]),
        back_label=_("Week plan of %(name)s") % {"name": agent},
        status=422 if form.is_bound else 200,
    )


def _save(request: AgentRequest, agent: Agent, form: ExtraShiftForm) -> HttpResponse:
    start_at, end_at = form.get_times()
    add_extra_shift(
        agent=agent, start_at=start_at, end_at=end_at, by=request.agent, at=timezone.now()
    )
    messages.success(request, _("The extra shift of %(agent)s was added.") % {"agent": agent})
    return see_other(reverse("agent:agent_shifts", args=[agent.pk]))


@agent_action
def cancel(request: AgentRequest, shift_id: int) -> HttpResponse:
    """Cancel an extra shift. One that has begun ends now."""
    _require_planner(request)
    shifts = ExtraShift.objects.select_related("agent").filter(desk=request.desk, pk=shift_id)
    shift = shifts.first()
    if shift is None:
        raise Http404
    try:
        cancel_extra_shift(shift=shift, by=request.agent, at=timezone.now())
    except ServiceError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The extra shift was canceled."))
    return see_other(reverse("agent:agent_shifts", args=[shift.agent_id]))


def list_extra_shifts(
    agent: Agent, at: datetime, *, can_cancel: bool = False
) -> list[ExtraShiftLine]:
    """Return an agent's extra shifts that aren't over."""
    shifts = ExtraShift.objects.filter(agent=agent, end_at__gt=at)
    return [
        ExtraShiftLine(
            times=_("%(start)s to %(end)s")
            % {"start": format_datetime(shift.start_at), "end": format_datetime(shift.end_at)},
            cancel_url=reverse("agent:extra_shift_cancellation", args=[shift.pk])
            if can_cancel
            else "",
        )
        for shift in shifts
    ]


def find_planned_agent(request: AgentRequest, agent_id: int) -> Agent:
    """Return an active agent of the desk whose shifts can be planned. Raises Http404."""
    agents = Agent.objects.select_related("user", "region", "desk").exclude(role=Role.OBSERVER)
    agent = agents.filter(desk=request.desk, pk=agent_id, is_active=True).first()
    if agent is None:
        raise Http404
    return agent


def _require_planner(request: AgentRequest) -> None:
    if not can_plan(request.agent):
        raise PermissionDenied(_("Only leads and desk admins can change week plans."))
