"""Submit a request (M23, M72, M73, M86-M96)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.entitlements import OPENERS, PortalRefusal, get_portal_refusal
from accounts.models import Contact
from channels_intake.incoming.requests import accept_request
from channels_intake.incoming.senders import get_or_create_contacts
from helpdesk.portal.forms import RequestForm
from helpdesk.portal.layout import redirect_after_post, render_page
from helpdesk.portal.permissions import ContactRequest, require_contact
from helpdesk.portal.wording import NOT_A_RESOLUTION
from helpdesk.shared.rate_limits import rate_limited
from tickets.actors import Actor
from tickets.models import Channel, FormField, Ticket
from tickets.submissions import submit_once


@require_http_methods(["GET", "HEAD", "POST"])
@require_contact
@rate_limited("portal_request")
def submit_request(request: ContactRequest) -> HttpResponse:
    """The form; taken once however often it is sent, and given back with all that was typed when it is wrong."""
    if refusal := get_portal_refusal(request.contact, request.desk):
        return _explain(request, refusal)
    asked = list(FormField.objects.filter(desk=request.desk))
    if request.method != "POST":
        return _show_form(request, RequestForm(desk=request.desk, own_fields=asked))
    form = RequestForm(request.POST, request.FILES, desk=request.desk, own_fields=asked)
    if not form.is_valid():
        return _show_form(request, form, status=422)
    ticket, is_first = _accept(request, form)
    if is_first:
        messages.success(
            request,
            f"Thank you. Your request is {ticket.reference}; a receipt is on its way by e-mail.",
        )
    else:
        messages.info(request, f"This request was sent already: it is {ticket.reference}.")
    return redirect_after_post("portal:ticket", ticket.number)


def _show_form(request: ContactRequest, form: RequestForm, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "action": reverse("portal:new_request"),
        "priorities": form.priority_cards(),
        "intro": f"Each priority has a first-response target by your plan. {NOT_A_RESOLUTION}",
    }
    return render_page(request, "portal/request_form.html", context, status=status)


def _accept(request: ContactRequest, form: RequestForm) -> tuple[Ticket, bool]:
    at, data, contact = timezone.now(), form.cleaned_data, request.contact

    def work() -> Ticket:
        return accept_request(
            desk=request.desk,
            contact=contact,
            subject=data["subject"],
            text=data["description"],
            priority=data["priority"],
            channel=Channel.WEB,
            files=data["files"],
            participants=get_or_create_contacts(request.desk, data["cc"]),
            fields=form.custom_field_values(),
            by=Actor.of(contact),
            at=at,
        )

    return submit_once(
        desk=request.desk, contact=contact, token=data["form_token"], at=at, work=work
    )


def _explain(request: ContactRequest, refusal: PortalRefusal) -> HttpResponse:
    """Say politely who may open tickets, and what else one can do."""
    openers = Contact.objects.filter(
        desk=request.desk, account__isnull=False, account=request.contact.account, role__in=OPENERS
    )
    context = {
        "not_in_plan": refusal is PortalRefusal.NOT_IN_PLAN,
        "account": request.contact.account,
        "openers": list(openers[:20]) if request.contact.account else [],
    }
    return render_page(request, "portal/not_entitled.html", context, status=403)
