"""The support plans and answer times (M37, M40-M43), open to everybody."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from helpdesk.portal.layout import render_page
from helpdesk.portal.permissions import DeskRequest, require_desk
from helpdesk.portal.sla_table import get_sla_table


@require_safe
@require_desk
def list_plans(request: DeskRequest) -> HttpResponse:
    """A table of plans by priority, the hours that count, and what each priority means."""
    return render_page(request, "portal/plans.html", {"promises": get_sla_table(request.desk)})
