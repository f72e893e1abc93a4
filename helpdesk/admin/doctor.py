"""The checks of `manage.py doctor` as a page of the installation's admins."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.admin.access import AdminRequest, require_installation_admin
from helpdesk.admin.rendering import render_page
from helpdesk.doctor.examination import examine


def show_checks(request: AdminRequest) -> HttpResponse:
    """Show a button that runs the checks, which connect to other servers, and what they found."""
    require_installation_admin(request)
    findings = list(examine()) if request.method == "POST" else []
    return render_page(
        request,
        "admin/doctor.html",
        title=_("System check"),
        findings=findings,
        problem_count=sum(not finding.is_ok for finding in findings),
    )
