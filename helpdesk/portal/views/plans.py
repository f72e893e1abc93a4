"""Support plans and response times, a public page (M37, M40-M43)."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from channels_intake.plan_channels import get_channels
from helpdesk.portal.layout import render_page
from helpdesk.portal.permissions import DeskRequest, require_desk
from helpdesk.portal.sla_table import get_sla_table


@require_safe
@require_desk
def list_plans(request: DeskRequest) -> HttpResponse:
    """Show a table of plans by priority, business hours, and what each priority means."""
    context = {
        "sla": get_sla_table(request.desk),
        "channels": get_channels(request.contact, request.desk),
    }
    return render_page(request, "portal/plans.html", context)
