"""The devices that show an agent's notifications: adding, trying, renewing, removing."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from http import HTTPStatus
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from accounts.middleware import DeskRequest
from accounts.places.languages import use_recipient_locale
from helpdesk.agent.notify.forms import DeviceForm
from helpdesk.agent.permissions import AgentRequest, agent_required
from helpdesk.agent.redirects import see_other
from helpdesk.notify.keys import get_server_key
from helpdesk.notify.push_texts import compose_test
from helpdesk.notify.sign_out import get_noted_device, note_device
from helpdesk.notify.web_push import Result, send_push
from helpdesk.shared.browsers import name_browser
from helpdesk.shared.http.methods import post_only
from helpdesk.shared.http.rate_limits import rate_limited
from helpdesk.shared.urls import get_url
from tickets.notify.devices import (
    add_device,
    list_devices,
    lose_device,
    remove_device,
    renew_device,
)


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


@post_only
@agent_required
@rate_limited("push_test")
def send_test_to_device(request: AgentRequest, device_id: int) -> HttpResponse:
    """Show a test notification on one of the agent's devices, and say whether it left."""
    device, at = list_devices(request.agent).filter(pk=device_id).first(), timezone.now()
    if device is None:
        raise Http404
    with use_recipient_locale(desk=request.desk, user=request.agent.user):
        payload = compose_test(request.desk)
    result = send_push(device, payload, is_urgent=True, at=at).result
    if result == Result.GONE:
        lose_device(device, (), at=at)
    tell = messages.success if result == Result.SENT else messages.error
    tell(request, _describe_test(result))
    return see_other(get_url("agent:notification_settings"))


def _describe_test(result: Result) -> str:
    if result == Result.SENT:
        return _(
            "The test is on its way. If nothing shows up, switch to another window or app: a"
            " device that shows Plumbline stays quiet. Also check that the system allows"
            " notifications from your browser."
        )
    if result == Result.GONE:
        return _("This device no longer takes notifications, so it was removed. Add it again.")
    if result == Result.LATER:
        return _("The device's push service can't be reached now. Try again in a few minutes.")
    return _("The device's push service refused the test. Remove the device, and add it again.")


def _from_own_pages(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Refuse requests that the browser doesn't say are from our pages, whoever is signed in.

    In place of a CSRF token, which service workers don't have (Fetch Metadata, W3C).
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.headers.get("Sec-Fetch-Site") != "same-origin":
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


@csrf_exempt
@post_only
@_from_own_pages
@agent_required
def renew_own_device(request: AgentRequest) -> HttpResponse:
    """Save the new subscription of this browser, whose old one has ended (204).

    The service worker sends it. The browser's signed cookie says which device it is.
    """
    form, device_id = DeviceForm(request.POST), get_noted_device(request, request.desk)
    if device_id is None or not form.is_valid():
        raise Http404
    if not renew_device(agent=request.agent, device_id=device_id, **form.cleaned_data):
        raise Http404
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


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
