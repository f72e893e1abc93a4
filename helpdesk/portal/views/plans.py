"""The support plans and answer times (M37, M40-M43), open to everybody."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from helpdesk.portal.doors import DeskRequest, for_everybody
from helpdesk.portal.promises import read_promises
from helpdesk.portal.shell import show_page


@require_safe
@for_everybody
def list_plans(request: DeskRequest) -> HttpResponse:
    """A table of plans by priority, the hours that count, and what each priority means."""
    return show_page(request, "portal/plans.html", {"promises": read_promises(request.desk)})
