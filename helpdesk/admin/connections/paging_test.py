"""The “Send a test alert” button of a paging service."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.admin.access import AdminRequest, require_desk_admin
from channels_intake.models import PagingService
from helpdesk.admin.connections.findings import show_findings
from helpdesk.shared.connection_tests import try_paging
from helpdesk.shared.http.methods import post_only
from helpdesk.shared.http.rate_limits import rate_limited


@post_only
@rate_limited("paging_test")
def send_paging_test(request: AdminRequest, service_id: int) -> HttpResponse:
    """Send a test alert with the saved settings, and say whether it was accepted."""
    require_desk_admin(request)
    service = get_object_or_404(PagingService, pk=service_id, desk=request.desk)
    finding = try_paging(service, to=request.user.email, at=timezone.now())
    return show_findings(request, service, [finding])
