"""The request form (M23, M72, M73, M86-M96)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.customers.entitlements import ROLES_THAT_OPEN, PortalRefusal, get_portal_refusal
from accounts.models import Contact
from channels_intake.incoming.requests import accept_request
from channels_intake.incoming.senders import get_or_create_contacts
from helpdesk.portal.forms import RequestForm
from helpdesk.portal.layout import redirect_after_post, render_page
from helpdesk.portal.permissions import ContactRequest, require_contact
from helpdesk.portal.wording import NOT_A_RESOLUTION
from helpdesk.shared.avatars import get_initials
from helpdesk.shared.drafts import discard, keeps_draft, open_draft, restore
from helpdesk.shared.http.rate_limits import rate_limited
from helpdesk.shared.numbers import parse_number
from tickets.actors import Actor
from tickets.attachments.storage import NotStoredError
from tickets.defects.access import list_known_issues
from tickets.defects.reporting import report_known_issue
from tickets.errors import ConflictError
from tickets.fields.definitions import list_asked_fields
from tickets.models import Channel, Defect, FormField, Ticket
from tickets.submissions import submit_once

MAX_OPENERS = 20


@dataclass(frozen=True, slots=True)
class Opener:
    """A person who can open requests for the account."""

    name: str
    email: str
    initials: str


@require_http_methods(["GET", "HEAD", "POST"])
@require_contact
@rate_limited("portal_request")
@keeps_draft
def submit_request(request: ContactRequest) -> HttpResponse:
    """Show and accept the form: once if it is sent twice, and with all input kept on errors."""
    if refusal := get_portal_refusal(request.contact):
        return _show_refusal(request, refusal)
    fields = list_asked_fields(FormField.objects.filter(desk=request.desk))
    issue = _find_issue(request)
    if request.method != "POST":
        return _show_form(request, _build_form(request, fields, issue=issue))
    form = _build_form(request, fields, request.POST, request.FILES)
    if not form.is_valid():
        return _show_form(request, form, status=422)
    try:
        ticket, is_first = _accept(request, form, issue)
    except NotStoredError as error:
        form.add_error("files", str(error))
        return _show_form(request, form, status=507)
    if is_first:
        text = _("Thanks! We received your request %(reference)s and sent you an email about it.")
        messages.success(request, text % {"reference": ticket.reference})
    else:
        text = _("You already sent this request. It's %(reference)s.")
        messages.info(request, text % {"reference": ticket.reference})
    return redirect_after_post("portal:ticket", ticket.number)


def _find_issue(request: ContactRequest) -> Defect | None:
    """Return the known issue in the address that the request is about, or None."""
    number = parse_number(request.GET.get("issue"))
    return list_known_issues(request.desk).filter(number=number).first() if number else None


def _build_form(
    request: ContactRequest, fields: list[FormField], *entered: Any, issue: Defect | None = None
) -> RequestForm:
    """Return the form. issue: the known issue that an empty form is filled in about, or None."""
    account = request.contact.account
    return RequestForm(
        *entered,
        initial={"subject": issue.localized_title, "product": issue.product_id} if issue else {},
        desk=request.desk,
        custom_fields=fields,
        plan=account.plan if account else None,
    )


def _show_form(request: ContactRequest, form: RequestForm, *, status: int = 200) -> HttpResponse:
    number = parse_number(request.GET.get("issue"))
    action = reverse("portal:new_request", query={"issue": number} if number else None)
    draft = open_draft(request, action=action, save_view="portal:drafts")
    if not form.is_bound:
        restore(form, draft)
    context = {
        "form": form,
        "draft": draft,
        "action": action,
        "priorities": form.list_priority_cards(),
        "not_a_resolution": NOT_A_RESOLUTION,
    }
    return render_page(request, "portal/request_form.html", context, status=status)


def _accept(
    request: ContactRequest, form: RequestForm, issue: Defect | None
) -> tuple[Ticket, bool]:
    """Open the request, once. One about a known issue is linked to it."""
    at, data, contact = timezone.now(), form.cleaned_data, request.contact

    def work() -> Ticket:
        discard(request, request.get_full_path())
        ticket = accept_request(
            desk=request.desk,
            contact=contact,
            subject=data["subject"],
            text=data["description"],
            priority=data["priority"],
            channel=Channel.WEB,
            files=data["files"],
            participants=get_or_create_contacts(request.desk, data["cc"]),
            fields=form.get_custom_values(),
            product=data.get("product"),
            by=Actor.of(contact),
            at=at,
        )
        if issue is not None:
            with suppress(ConflictError):  # the desk withdrew it in the meantime
                report_known_issue(contact=contact, ticket_id=ticket.pk, defect_id=issue.pk, at=at)
        return ticket

    return submit_once(
        desk=request.desk, contact=contact, token=data["form_token"], at=at, work=work
    )


def _show_refusal(request: ContactRequest, refusal: PortalRefusal) -> HttpResponse:
    """Explain who can open tickets, and what else the contact can do."""
    account = request.contact.account
    openers = Contact.objects.filter(
        desk=request.desk, account__isnull=False, account=account, role__in=ROLES_THAT_OPEN
    )
    context = {
        "is_not_in_plan": refusal is PortalRefusal.NOT_IN_PLAN,
        "account": account,
        "openers": [
            Opener(str(opener), opener.email, get_initials(str(opener)))
            for opener in openers[:MAX_OPENERS]
        ],
    }
    return render_page(request, "portal/not_entitled.html", context, status=403)
