"""The page on which an agent chooses how to get notifications. Observers have one, too."""

from __future__ import annotations

from functools import cache
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.middleware import DeskRequest
from channels_intake.models import ChatConnection
from channels_intake.team_chat.direct import find_direct_way
from helpdesk.agent.notify.forms import ChoicesForm, DeviceForm
from helpdesk.agent.permissions import AgentRequest, agent_required
from helpdesk.agent.redirects import see_other
from helpdesk.agent.shell import build_shell
from helpdesk.notify.keys import get_server_key
from helpdesk.notify.sign_out import note_device
from helpdesk.shared.browsers import name_browser
from helpdesk.shared.http.methods import post_only
from helpdesk.shared.urls import get_url
from tickets.notify.choosing import get_choices, set_choices
from tickets.notify.devices import add_device, list_devices, remove_device


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
        "device_form": DeviceForm(),
        "server_key": get_server_key().public,
    }
    return render(request, "agent/notifications/settings.html", context)


@post_only
@agent_required
def add_own_device(request: AgentRequest) -> HttpResponse:
    """Show notifications on the browser that sent this. Observers may, too."""
    form, response = DeviceForm(request.POST), see_other(get_url("agent:notification_settings"))
    if form.is_valid():
        device = add_device(
            agent=request.agent,
            **form.cleaned_data,
            server_key=get_server_key().public,
            name=name_browser(request.headers.get("User-Agent", "")),
            at=timezone.now(),
        )
        note_device(request, response, device)
        messages.success(
            request, _("This device now shows the notifications that you choose for devices.")
        )
    else:
        messages.error(
            request, _("Your browser didn't allow notifications. Check its settings and try again.")
        )
    return response


@post_only
@agent_required
def remove_own_device(request: AgentRequest, device_id: int) -> HttpResponse:
    """Show no more notifications on one of the agent's devices. Observers may, too."""
    if not remove_device(agent=request.agent, device_id=device_id):
        raise Http404
    messages.success(request, _("Device removed."))
    return see_other(get_url("agent:notification_settings"))


@require_safe
def show_service_worker(request: HttpRequest) -> HttpResponse:
    """Return the script that shows notifications while no page is open.

    It isn't a static file, because a service worker serves the pages below its own path. Without a
    desk there are no such pages (404).
    """
    if cast(DeskRequest, request).desk is None:
        raise Http404
    return HttpResponse(_read_service_worker(), content_type="text/javascript; charset=utf-8")


@cache
def _read_service_worker() -> str:
    return (settings.BASE_DIR / "helpdesk/static/push/service_worker.js").read_text()
