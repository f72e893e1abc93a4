"""Support plans and response times, a public page (M37, M40-M43)."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.customers.self_service import can_choose_plan, choose_plan
from accounts.models import Plan
from channels_intake.plan_channels import get_channels
from helpdesk.portal.emergencies import describe_emergency_refusal
from helpdesk.portal.layout import is_manager, redirect_after_post, render_page
from helpdesk.portal.permissions import (
    DeskRequest,
    ManagerRequest,
    require_desk,
    require_manager,
)
from helpdesk.portal.sla_table import (
    get_sla_table,
    list_current_plans,
    list_legacy_plans,
)
from helpdesk.shared.http.methods import post_only
from helpdesk.shared.http.rate_limits import rate_limited


@require_safe
@require_desk
def list_plans(request: DeskRequest) -> HttpResponse:
    """Show response times by plan and priority, what plans include, hours, and priorities."""
    account = request.contact.account if request.contact else None
    own = account.plan if account else None
    plans = list_current_plans(request.desk, own=own)
    context = {
        "can_choose_plan": (
            account is not None and is_manager(request.contact) and can_choose_plan(account)
        ),
        "sla": get_sla_table(request.desk, plans, today=timezone.localdate(), own=own),
        "emergency_refusal": describe_emergency_refusal(request.contact),
        "channels": get_channels(request.contact, request.desk),
    }
    return render_page(request, "portal/plans.html", context)


@require_safe
@require_desk
def list_legacy(request: DeskRequest) -> HttpResponse:
    """Show the same page for legacy plans, as long as accounts have any (M79)."""
    account = request.contact.account if request.contact else None
    own = account.plan if account else None
    plans = list_legacy_plans(request.desk, own=own)
    if not plans:
        raise Http404
    context = {
        "sla": get_sla_table(request.desk, plans, today=timezone.localdate(), own=own),
        "channels": get_channels(request.contact, request.desk),
        "is_legacy": True,
    }
    return render_page(request, "portal/plans.html", context)


@post_only
@require_manager
@rate_limited("plan_choice")
def choose(request: ManagerRequest, plan_id: int) -> HttpResponse:
    """Give the manager's account a self-service plan (M67)."""
    plan = get_object_or_404(Plan, desk=request.desk, pk=plan_id)
    try:
        account = choose_plan(plan=plan, by=request.contact, at=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        named = {"account": account.name, "plan": plan.name}
        messages.success(request, _("%(account)s now has the %(plan)s plan.") % named)
    return redirect_after_post("portal:plans")
