"""Known issues: the list, the page of one, and "This affects us, too"."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from helpdesk.portal.known_issues import describe_issue, describe_issues
from helpdesk.portal.layout import redirect_after_post, render_page
from helpdesk.portal.permissions import ContactRequest, require_contact, require_contact_or_404
from helpdesk.portal.views.tickets import get_ticket
from helpdesk.shared.http.methods import post_only
from helpdesk.shared.http.rate_limits import rate_limited
from helpdesk.shared.numbers import parse_number
from tickets.defects.access import get_known_issue, list_known_issues
from tickets.defects.reporting import (
    can_report_known_issues,
    report_known_issue,
    withdraw_report,
)
from tickets.errors import ServiceError
from tickets.models import Defect

PER_PAGE = 25
NEW_REQUEST = "new"  # chosen instead of an open request


@require_safe
@require_contact
def list_issues(request: ContactRequest) -> HttpResponse:
    """List the desk's known issues, newest change first."""
    pages = Paginator(list_known_issues(request.desk), PER_PAGE)
    page = pages.get_page(request.GET.get("page"))
    older = page.next_page_number() if page.has_next() else 0
    newer = page.previous_page_number() if page.has_previous() else 0
    context = {
        "issues": describe_issues(list(page), request.desk.pk),
        "older_url": reverse("portal:known_issues", query={"page": older}) if older else "",
        "newer_url": reverse("portal:known_issues", query={"page": newer}) if newer else "",
    }
    return render_page(request, "portal/known_issues.html", context)


@require_safe
@require_contact_or_404
def show_issue(request: ContactRequest, defect_number: int) -> HttpResponse:
    """Show a known issue, and a form to report that it affects the reader's company, too."""
    return _show(request, get_issue(request, defect_number))


@post_only
@require_contact_or_404
@rate_limited("portal_request")
def report(request: ContactRequest, defect_number: int) -> HttpResponse:
    """Link the open request in the field "request" to a known issue, or open a new one ("new")."""
    defect = get_issue(request, defect_number)
    if request.POST.get("request") == NEW_REQUEST:
        return HttpResponseRedirect(_build_new_request_url(defect), status=303)
    chosen = parse_number(request.POST.get("request", ""))
    if chosen is None:
        error = _("Choose one of your open requests, or open a new one.")
        return _show(request, defect, error=error, status=422)
    ticket = get_ticket(request, chosen)
    try:
        _defect, is_new = report_known_issue(
            contact=request.contact, ticket_id=ticket.pk, defect_id=defect.pk, at=timezone.now()
        )
    except ServiceError as error:
        # Read again: an issue that was withdrawn in the meantime isn't shown once more.
        return _show(request, get_issue(request, defect_number), error=str(error), status=422)
    if is_new:
        text = _("Thanks! We'll keep you posted about the fix in %(reference)s.")
        messages.success(request, text % {"reference": ticket.reference})
    else:
        text = _("%(reference)s is already linked to this known issue.")
        messages.info(request, text % {"reference": ticket.reference})
    return redirect_after_post("portal:ticket", ticket.number)


@post_only
@require_contact_or_404
@rate_limited("portal_request")
def withdraw(request: ContactRequest, defect_number: int) -> HttpResponse:
    """Remove the link of the request in the field "request", which a customer made by mistake."""
    defect = get_issue(request, defect_number)
    chosen = parse_number(request.POST.get("request", ""))
    if chosen is None:
        return _show(request, defect, error=_("Choose the request to remove."), status=422)
    ticket = get_ticket(request, chosen)
    try:
        withdraw_report(
            contact=request.contact, ticket_id=ticket.pk, defect_id=defect.pk, at=timezone.now()
        )
    except ServiceError as error:
        return _show(request, get_issue(request, defect_number), error=str(error), status=422)
    text = _("%(reference)s isn't linked to this known issue anymore.")
    messages.success(request, text % {"reference": ticket.reference})
    return redirect_after_post("portal:known_issue", defect.number)


def get_issue(request: ContactRequest, number: int) -> Defect:
    """Return the published defect of that number. Raises Http404."""
    try:
        return get_known_issue(request.contact, number)
    except Defect.DoesNotExist:
        raise Http404 from None


def _show(
    request: ContactRequest, defect: Defect, *, error: str = "", status: int = 200
) -> HttpResponse:
    can_report = can_report_known_issues(request.contact)
    context = {
        "issue": describe_issue(defect, request.contact, can_report=can_report),
        "can_report": can_report,
        "error": error,
        "report_url": reverse("portal:known_issue_report", args=[defect.number]),
        "new_request": NEW_REQUEST,
        "new_request_url": _build_new_request_url(defect),
    }
    return render_page(request, "portal/known_issue.html", context, status=status)


def _build_new_request_url(defect: Defect) -> str:
    return reverse("portal:new_request", query={"issue": defect.number})
