"""The page on which an agent chooses how to get notifications. Observers have one, too."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpdesk.agent.notify.forms import ChoicesForm
from helpdesk.agent.permissions import AgentRequest, agent_required
from helpdesk.agent.redirects import see_other
from helpdesk.agent.shell import build_shell
from helpdesk.shared.urls import get_url
from tickets.notify.choosing import get_choices, set_choices


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def choose_notifications(request: AgentRequest) -> HttpResponse:
    """Show the choices, and save them. Every checkbox is optional, so each form is valid."""
    present = get_choices(request.agent)
    form = ChoicesForm(request.POST if request.method == "POST" else None, choices=present)
    if form.is_bound and form.is_valid():
        set_choices(agent=request.agent, choices=form.get_choices())
        messages.success(request, _("Notification settings saved."))
        return see_other(get_url("agent:notification_settings"))
    context = {
        **build_shell(request, current="notifications"),
        "form": form,
        "rows": form.list_rows(),
        "address": request.agent.user.email,
    }
    return render(request, "agent/notifications/settings.html", context)
