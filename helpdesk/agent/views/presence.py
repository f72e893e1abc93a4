"""An agent's presence: away agents get no new tickets. On a ticket, others see who is typing."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
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
from helpdesk.agent.presence import confirm
from helpdesk.agent.redirects import see_other
from helpdesk.agent.schedules.forms import PresenceForm
from helpdesk.agent.ticket_page.ticket_queries import get_ticket_for_change
from helpdesk.agent.views.form_pages import render_form
from helpdesk.live.viewers import set_typing
from helpdesk.shared.drafts import keeps_draft
from routing.models import PresenceState
from routing.presence import set_presence
from tickets.errors import InvalidValueError


@agent_action
def change_presence(request: AgentRequest) -> HttpResponse:
    """Set the agent's presence: the field "state" is a PresenceState."""
    state = request.POST.get("state", "")
    if state in PresenceState.values:
        chosen = PresenceState(state)
        set_presence(agent=request.agent, state=chosen, at=timezone.now())
        messages.success(request, confirm(chosen))
    else:
        messages.error(request, _("Choose one of the listed presences."))
    return see_other(reverse("agent:queue"))


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def explain_presence(request: AgentRequest) -> HttpResponse:
    """Ask for a presence with its reason and its end."""
    form = PresenceForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            return _set(request, form)
        except InvalidValueError as refused:
            form.add_error(refused.field, str(refused))
    return render_form(
        request,
        form,
        page_title=_("Set your presence"),
        submit_label=_("Set presence"),
        back_url=reverse("agent:my_schedule"),
        back_label=_("My schedule"),
        status=422 if form.is_bound else 200,
    )


def _set(request: AgentRequest, form: PresenceForm) -> HttpResponse:
    found = form.cleaned_data
    state = PresenceState(found["state"])
    set_presence(
        agent=request.agent,
        state=state,
        reason=found["reason"],
        until=found["until"],
        at=timezone.now(),
    )
    messages.success(request, confirm(state))
    return see_other(reverse("agent:my_schedule"))


@agent_action
def show_typing(request: AgentRequest, number: int) -> HttpResponse:
    """Show the agent as typing for some seconds: a "note", or else a reply (field "kind")."""
    ticket = get_ticket_for_change(request.agent, number)
    kind = "note" if request.POST.get("kind") == "note" else "reply"
    set_typing(request.agent, ticket.number, kind)
    return HttpResponse(status=204)
