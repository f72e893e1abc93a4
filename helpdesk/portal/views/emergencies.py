"""Reporting an emergency: as a new request, or on one that exists (M75, M76)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from channels_intake.incoming.requests import accept_customer_reply, accept_request
from channels_intake.plan_channels import get_channels
from helpdesk.portal.emergencies import (
    EmergencyReportForm,
    NewEmergencyForm,
    can_report_emergencies,
    can_report_on,
    describe_emergency_refusal,
    is_of_their_account,
)
from helpdesk.portal.layout import redirect_after_post, render_page
from helpdesk.portal.permissions import ContactRequest, require_contact, require_contact_or_404
from helpdesk.portal.views.tickets import get_ticket
from helpdesk.shared.drafts import discard, keeps_draft, open_draft, restore
from helpdesk.shared.http.rate_limits import rate_limited
from helpdesk.shared.wording.times import format_datetime
from tickets.actors import Actor
from tickets.errors import ServiceError
from tickets.models import Channel, Ticket
from tickets.services import EmergencyReport, report_emergency
from tickets.submissions import submit_once


@require_http_methods(["GET", "HEAD", "POST"])
@require_contact
@rate_limited("portal_emergency")
@keeps_draft
def report_new(request: ContactRequest) -> HttpResponse:
    """Show and accept the form for an emergency without a request."""
    if not can_report_emergencies(request.contact):
        return _refuse(request)
    account = request.contact.account
    form = NewEmergencyForm(
        *_get_entered(request), desk=request.desk, plan=account.plan if account else None
    )
    if form.is_bound and form.is_valid():
        return _submit(request, form, None)
    return _show_form(request, form, action=reverse("portal:new_emergency"))


@require_http_methods(["GET", "HEAD", "POST"])
@require_contact_or_404
@rate_limited("portal_emergency")
@keeps_draft
def report_on_request(request: ContactRequest, number: int) -> HttpResponse:
    """Show and accept the form for an emergency on a request."""
    ticket = get_ticket(request, number)
    if not can_report_emergencies(request.contact):
        return _refuse(request)
    form = EmergencyReportForm(*_get_entered(request), desk=request.desk, ticket=ticket)
    is_possible = form.is_bound or can_report_on(request.contact, ticket)
    if not is_possible or not is_of_their_account(request.contact, ticket):
        messages.info(request, _("You can't report an emergency on this request now."))
        return redirect_after_post("portal:ticket", number)
    if form.is_bound and form.is_valid():
        return _submit(request, form, ticket)
    action = reverse("portal:emergency", args=[number])
    return _show_form(request, form, action=action, ticket=ticket)


def _get_entered(request: ContactRequest) -> list[Any]:
    return [request.POST] if request.method == "POST" else []


def _submit(
    request: ContactRequest, form: EmergencyReportForm, ticket: Ticket | None
) -> HttpResponse:
    at, token = timezone.now(), form.cleaned_data["form_token"]

    def work() -> Ticket:
        discard(request, request.path)
        return _report(request, form, ticket, at=at)

    try:
        reported, is_first = submit_once(
            desk=request.desk, contact=request.contact, token=token, at=at, work=work
        )
    except ServiceError as error:
        form.add_error(None, str(error))
        return _show_form(request, form, action=request.get_full_path(), ticket=ticket)
    if is_first:
        due_at = format_datetime(at + request.desk.get_emergency_wait("decision"))
        text = _("We received your emergency. You'll hear from us by %(time)s.")
        messages.success(request, text % {"time": due_at})
    return redirect_after_post("portal:ticket", reported.number)


def _report(
    request: ContactRequest, form: EmergencyReportForm, ticket: Ticket | None, *, at: Any
) -> Ticket:
    """Add the impact to the conversation, or open a request with it, and report the emergency."""
    given, contact = form.cleaned_data, request.contact
    if ticket is None:
        ticket = accept_request(
            desk=request.desk,
            contact=contact,
            subject=given["subject"],
            text=given["impact"],
            priority=given["priority"],
            channel=Channel.WEB,
            product=given.get("product"),
            by=Actor.of(contact),
            at=at,
        )
    else:
        message = accept_customer_reply(ticket=ticket, contact=contact, text=given["impact"], at=at)
        ticket = message.ticket
    report = EmergencyReport(
        given["impact"], given["reachable"], given["phone"], given.get("priority")
    )
    report_emergency(ticket_id=ticket.pk, by=contact, report=report, at=at)
    return ticket


def _show_form(
    request: ContactRequest,
    form: EmergencyReportForm,
    *,
    action: str,
    ticket: Ticket | None = None,
) -> HttpResponse:
    draft = open_draft(request, action=action, save_view="portal:drafts")
    if not form.is_bound:
        restore(form, draft)
    context = {
        "form": form,
        "draft": draft,
        "action": action,
        "back_url": reverse("portal:ticket", args=[ticket.number]) if ticket else "",
        "back_label": ticket.reference if ticket else "",
        "channels": get_channels(request.contact, request.desk),
        "minutes": request.desk.emergency_decision_minutes,
    }
    status = 422 if form.is_bound else 200
    return render_page(request, "portal/emergency_form.html", context, status=status)


def _refuse(request: ContactRequest) -> HttpResponse:
    """Explain why the contact can't report an emergency, and what else they can do."""
    context = {
        "why": describe_emergency_refusal(request.contact),
        "channels": get_channels(request.contact, request.desk),
    }
    return render_page(request, "portal/no_emergency.html", context, status=403)
