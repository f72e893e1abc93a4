"""Buttons of repositories and of what they sent: test, process again, send again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.admin.access import AdminRequest, require_desk_admin
from channels_intake.calls.queueing import queue_sending
from channels_intake.calls.sending import retry_call
from channels_intake.code_hosts.processing import process_again
from channels_intake.code_hosts.storing import PROCESS
from channels_intake.models import CodeEvent, CodeHost, OutgoingCall
from helpdesk.admin.connections.findings import show_findings
from helpdesk.shared.connection_tests import try_code_host
from helpdesk.shared.http.methods import post_only
from helpdesk.shared.http.rate_limits import rate_limited
from tickets.queueing import queue_once_after_commit


@post_only
@rate_limited("provider_test")
def run_code_host_test(request: AdminRequest, code_host_id: int) -> HttpResponse:
    """Read the repository with the stored token, and show the result on the page."""
    require_desk_admin(request)
    host = get_object_or_404(CodeHost, pk=code_host_id, desk=request.desk)
    return show_findings(request, host, [try_code_host(host, at=timezone.now())])


@post_only
def process_code_event_again(request: AdminRequest, code_event_id: int) -> HttpResponse:
    """Process an event again that was set aside, for example after its issue was linked."""
    require_desk_admin(request)
    event = get_object_or_404(CodeEvent, pk=code_event_id, desk=request.desk)
    if process_again(event.pk, at=timezone.now()):
        queue_once_after_commit(PROCESS, desk_id=request.desk.pk)
        messages.success(request, _("The event will be processed again."))
    else:
        messages.warning(request, _("Only an event that wasn't processed can be processed again."))
    return HttpResponseRedirect(reverse("admin:channels_intake_codeevent_change", args=[event.pk]))


@post_only
def send_call_again(request: AdminRequest, call_id: int) -> HttpResponse:
    """Send a failed call again."""
    require_desk_admin(request)
    call = get_object_or_404(OutgoingCall, pk=call_id, desk=request.desk)
    if retry_call(call.pk, at=timezone.now()):
        queue_sending(request.desk.pk, is_urgent=call.is_urgent)
        messages.success(request, _("The call will be sent again."))
    else:
        messages.warning(request, _("The call hasn't failed."))
    return HttpResponseRedirect(
        reverse("admin:channels_intake_outgoingcall_change", args=[call.pk])
    )
