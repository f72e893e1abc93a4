"""A ticket that an agent opens for a customer: a phone call or an internal request (M22)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.matching import normalize_email
from accounts.models import Account, Contact, Desk
from accounts.services import match_verified_address
from channels_intake.incoming.requests import accept_request
from channels_intake.incoming.senders import (
    get_or_create_contact,
    get_or_create_contacts,
    read_sender,
)
from channels_intake.mime.envelope import Address
from helpdesk.agent.forms import NewTicketForm
from helpdesk.agent.permissions import (
    AgentRequest,
    agent_page,
    agent_required,
    write_access_required,
)
from helpdesk.agent.redirects import redirect_to_ticket
from helpdesk.agent.sending import submit_agent_form_once
from helpdesk.agent.views.form_pages import render_form
from helpdesk.shared.drafts import discard, keeps_draft
from helpdesk.shared.own_addresses import OWN_ADDRESS_ERROR
from helpdesk.shared.products import list_covered
from tickets.actors import Actor
from tickets.models import Ticket


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def new_ticket(request: AgentRequest) -> HttpResponse:
    """Show the form, then open the ticket: 303 to it, or 422 with the input kept."""
    if request.method != "POST":
        email = request.GET.get("email", "")
        return _show(request, _build_form(request, email, initial={"email": email}))
    form = _build_form(
        request, request.POST.get("email", ""), data=request.POST, files=request.FILES
    )
    if form.is_valid() and read_sender(request.desk, form.cleaned_data["email"]).is_mailbox:
        form.add_error("email", str(OWN_ADDRESS_ERROR))
    if form.is_valid():
        _require_product(request.desk, form)
    if not form.is_valid():
        return _show(request, form, status=422)
    now = timezone.now()
    ticket, is_first = submit_agent_form_once(
        request, form, lambda: _open(request, form, at=now), at=now
    )
    success = _("%(ticket)s opened.") % {"ticket": ticket.reference} if is_first else ""
    return redirect_to_ticket(request, ticket.number, success=success)


@agent_page
@write_access_required
def show_requester(request: AgentRequest) -> HttpResponse:
    """Describe who the address in ``?email=`` belongs to, for the form."""
    return HttpResponse(escape(_describe_requester(request.desk, request.GET.get("email", ""))))


def _build_form(request: AgentRequest, email: str, **values: Any) -> NewTicketForm:
    return NewTicketForm(
        desk=request.desk,
        requester_url=reverse("agent:requester"),
        requester=_describe_requester(request.desk, email),
        **values,
    )


def _describe_requester(desk: Desk, email: str) -> str:
    address = normalize_email(email)
    if not address:
        return ""
    contact = read_sender(desk, address).contact
    account = (contact.account if contact else None) or _find_account(desk, address)
    plan = str(account.plan or _("no plan")) if account else ""
    facts = {"contact": contact, "account": account.name if account else "", "plan": plan}
    if contact and account:
        return _("%(contact)s: %(account)s, %(plan)s.") % facts
    if contact:
        return _("%(contact)s: no account.") % facts
    if account:
        return _("New contact: %(account)s, %(plan)s.") % facts
    return _("New contact: no account.")


def _require_product(desk: Desk, form: NewTicketForm) -> None:
    """Ask for the product if the requester's plan covers certain products only (M68)."""
    if "product" not in form.fields or form.cleaned_data["product"]:
        return
    email = form.cleaned_data["email"]
    contact = read_sender(desk, email).contact
    account = contact.account if contact else _find_account(desk, email)
    if account and list_covered(account.plan):
        text = _("The plan %(plan)s covers only certain products. Choose one.")
        form.add_error("product", text % {"plan": account.plan})


def _find_account(desk: Desk, email: str) -> Account | None:
    account_id = match_verified_address(desk=desk, email=email).account_id
    return (
        Account.objects.filter(desk=desk, pk=account_id).select_related("plan").first()
        if account_id
        else None
    )


def _show(request: AgentRequest, form: NewTicketForm, *, status: int = 200) -> HttpResponse:
    return render_form(
        request,
        form,
        status=status,
        page_title=_("New ticket"),
        submit_label=_("Open ticket"),
        back_url=reverse("agent:queue"),
        back_label=_("Tickets"),
    )


def _open(request: AgentRequest, form: NewTicketForm, *, at: datetime) -> Ticket:
    new = form.cleaned_data
    discard(request, request.get_full_path())
    return accept_request(
        desk=request.desk,
        contact=get_or_create_requester(request, new["email"], new["name"]),
        subject=new["subject"],
        text=new["text"],
        priority=new["priority"],
        channel=new["channel"],
        files=new["files"],
        participants=get_or_create_contacts(request.desk, new["cc"]),
        product=new.get("product"),
        by=Actor.of(request.agent),
        at=at,
    )


def get_or_create_requester(request: AgentRequest, email: str, name: str) -> Contact:
    """Return the contact with an address that the agent vouches for, new or known."""
    account = _find_account(request.desk, email)  # the agent knows the address
    return get_or_create_contact(
        request.desk, Address(email, name), account_id=account.pk if account else None
    )
