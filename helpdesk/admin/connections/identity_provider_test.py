"""The “Test connection” button of an identity provider."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.admin.access import AdminRequest, require_desk_admin
from accounts.models import IdentityProvider
from helpdesk.admin.connections.findings import show_findings
from helpdesk.login.sso.checks import check_connection
from helpdesk.shared.http.methods import post_only
from helpdesk.shared.http.rate_limits import rate_limited


@post_only
@rate_limited("provider_test")
def run_provider_test(request: AdminRequest, provider_id: int) -> HttpResponse:
    """Test the saved settings and show the result on the provider's page."""
    require_desk_admin(request)
    provider = get_object_or_404(IdentityProvider, pk=provider_id, desk=request.desk)
    return show_findings(request, provider, check_connection(provider, at=timezone.now()))
