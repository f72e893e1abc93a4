"""Followers of a defect, and notes on it."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Agent
from helpdesk.agent.defects.forms import DefectFollowerForm, NoteForm
from helpdesk.agent.permissions import AgentRequest, agent_action, agent_required
from helpdesk.agent.views.defects.common import (
    apply_form,
    apply_to_defect,
    get_defect,
    redirect_to_defect,
)
from helpdesk.agent.views.defects.defect import render_defect
from helpdesk.shared.drafts import keeps_draft
from helpdesk.shared.http.methods import post_only
from helpdesk.shared.numbers import parse_number
from tickets.defects.followers.following import follow_defect, unfollow_defect
from tickets.defects.moving import add_note


@agent_action
@keeps_draft
def note(request: AgentRequest, defect_number: int) -> HttpResponse:
    """Add an internal note. An empty one is refused on the page."""
    defect = get_defect(request, defect_number)
    form = NoteForm(request.POST)

    def change() -> HttpResponse:
        text = form.cleaned_data["text"]
        add_note(defect_id=defect.pk, agent=request.agent, text=text, at=timezone.now())
        return redirect_to_defect(request, defect.number, success=_("Note added."))

    return apply_form(request, form, change) or render_defect(request, defect, note=form)


@post_only
@agent_required
def follow(request: AgentRequest, defect_number: int) -> HttpResponse:
    """Follow a defect, or add a colleague. Observers follow by themselves."""
    defect = get_defect(request, defect_number)
    form = DefectFollowerForm(request.POST, by=request.agent)
    if not form.is_valid():
        error = _("Choose an agent of this desk and a role.")
        return redirect_to_defect(request, defect.number, error=error)
    agent: Agent = form.cleaned_data["agent"]
    return apply_to_defect(
        request,
        defect.number,
        lambda: follow_defect(
            defect_id=defect.pk,
            agent=agent,
            by=request.agent,
            role=form.cleaned_data["role"],
            at=timezone.now(),
        ),
        success=_("%(name)s follows this defect.") % {"name": agent.name},
    )


@post_only
@agent_required
def unfollow(request: AgentRequest, defect_number: int) -> HttpResponse:
    """Remove the follower whom the field "agent" names; observers only themselves."""
    defect = get_defect(request, defect_number)
    agent_id = parse_number(request.POST.get("agent", "")) or 0
    agent = Agent.objects.filter(desk=request.desk, pk=agent_id).first()
    if agent is None:
        error = _("This person doesn't follow the defect. Nothing was changed.")
        return redirect_to_defect(request, defect.number, error=error)
    return apply_to_defect(
        request,
        defect.number,
        lambda: unfollow_defect(
            defect_id=defect.pk, agent=agent, by=request.agent, at=timezone.now()
        ),
        success=_("%(name)s no longer follows this defect.") % {"name": agent.name},
    )
