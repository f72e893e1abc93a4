"""The page on which an agent chooses how to get notifications. Observers have one, too."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from channels_intake.models import ChatConnection
from channels_intake.team_chat.direct import find_direct_way
from helpdesk.agent.notify.forms import ChoicesForm, DeviceForm
from helpdesk.agent.permissions import AgentRequest, agent_required
from helpdesk.agent.redirects import see_other
from helpdesk.agent.shell import build_shell
from helpdesk.notify.keys import get_server_key
from helpdesk.shared.urls import get_url
from tickets.notify.choosing import get_choices, set_choices
from tickets.notify.devices import lacks_device, list_devices


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def choose_notifications(request: AgentRequest) -> HttpResponse:
    """Show the choices, and save them. Every checkbox is optional, so each form is valid."""
    present, chat = get_choices(request.agent), find_direct_way(request.agent)
    given = request.POST if request.method == "POST" else None
    form = ChoicesForm(given, choices=present, has_chat=chat is not None)
    if form.is_bound and form.is_valid():
        set_choices(agent=request.agent, choices=form.get_choices())
        messages.success(request, _("Notification settings saved."))
        return see_other(get_url("agent:notification_settings"))
    context = {
        **build_shell(request, current="notifications"),
        "form": form,
        "headings": form.list_headings(),
        "rows": form.list_rows(),
        "address": request.agent.user.email,
        "chat": chat[0].get_kind_display() if chat else "",
        "lacks_chat_user": chat is None and ChatConnection.objects.filter(is_active=True).exists(),
        "devices": list_devices(request.agent),
        "lacks_device": lacks_device(request.agent),
        "device_form": DeviceForm(),
        "server_key": get_server_key().public,
    }
    return render(request, "agent/notifications/settings.html", context)
