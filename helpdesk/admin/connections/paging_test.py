"""The “Send a test alert” button of a paging service."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.admin.access import AdminRequest, require_desk_admin
from channels_intake.models import PagingKind, PagingService
from channels_intake.paging.connector import send_test
from helpdesk.shared.http.methods import post_only
from helpdesk.shared.http.rate_limits import rate_limited


@post_only
@rate_limited("paging_test")
def send_paging_test(request: AdminRequest, service_id: int) -> HttpResponse:
    """Send a test alert with the saved settings, and say whether it was accepted."""
    require_desk_admin(request)
    service = get_object_or_404(PagingService, pk=service_id, desk=request.desk)
    to = request.user.email
    problem = send_test(service, at=timezone.now(), to=to)
    if problem:
        messages.error(request, _("The test alert failed. %(problem)s") % {"problem": problem})
    elif service.kind == PagingKind.EMAIL:
        messages.success(request, _("The test alert was sent to %(email)s.") % {"email": to})
    else:
        messages.success(request, _("The test alert was accepted and resolved."))
    return HttpResponseRedirect(
        reverse("admin:channels_intake_pagingservice_change", args=[service.pk])
    )
