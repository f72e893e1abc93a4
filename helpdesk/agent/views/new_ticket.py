"""A ticket that an agent opens for somebody: a phone call, an internal request (M22)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
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
from helpdesk.agent.sending import send_once
from helpdesk.agent.views.form_pages import ask
from helpdesk.shared.own_addresses import OWN_ADDRESS_ERROR
from tickets.actors import Actor
from tickets.models import Ticket


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
def new_ticket(request: AgentRequest) -> HttpResponse:
    """Show the form, then open the ticket: 303 to it; 422 with all that was typed otherwise."""
    if request.method != "POST":
        email = request.GET.get("email", "")
        return _show(request, _make_form(request, email, initial={"email": email}))
    form = _make_form(
        request, request.POST.get("email", ""), data=request.POST, files=request.FILES
    )
    if form.is_valid() and read_sender(request.desk, form.cleaned_data["email"]).is_mailbox:
        form.add_error("email", OWN_ADDRESS_ERROR)
    if not form.is_valid():
        return _show(request, form, status=422)
    now = timezone.now()
    ticket, is_first = send_once(request, form, lambda: _open(request, form, at=now), at=now)
    return redirect_to_ticket(
        request, ticket.number, told=f"{ticket.reference} is open." if is_first else ""
    )


@agent_page
@write_access_required
def show_requester(request: AgentRequest) -> HttpResponse:
    """Who the address in ``?email=`` belongs to, as a sentence for the form."""
    return HttpResponse(escape(_tell_requester(request.desk, request.GET.get("email", ""))))


def _make_form(request: AgentRequest, email: str, **values: Any) -> NewTicketForm:
    return NewTicketForm(
        desk=request.desk,
        requester_url=reverse("agent:requester"),
        requester=_tell_requester(request.desk, email),
        **values,
    )


def _tell_requester(desk: Desk, email: str) -> str:
    address = normalize_email(email)
    if not address:
        return ""
    known = read_sender(desk, address).contact
    account = (known.account if known else None) or _account_of(desk, address)
    named = f"{account.name}, {account.plan or 'no plan'}" if account else "no account"
    return f"{known}: {named}." if known else f"A new contact: {named}."


def _account_of(desk: Desk, email: str) -> Account | None:
    account_id = match_verified_address(desk=desk, email=email).account_id
    return (
        Account.objects.filter(desk=desk, pk=account_id).select_related("plan").first()
        if account_id
        else None
    )


def _show(request: AgentRequest, form: NewTicketForm, *, status: int = 200) -> HttpResponse:
    return ask(
        request,
        form,
        status=status,
        page_title="New ticket",
        submit_label="Open ticket",
        back_url=reverse("agent:queue"),
        back_label="Tickets",
    )


def _open(request: AgentRequest, form: NewTicketForm, *, at: datetime) -> Ticket:
    asked = form.cleaned_data
    return accept_request(
        desk=request.desk,
        contact=_find_requester(request, asked["email"], asked["name"]),
        subject=asked["subject"],
        text=asked["text"],
        priority=asked["priority"],
        channel=asked["channel"],
        files=asked["files"],
        participants=get_or_create_contacts(request.desk, asked["cc"]),
        by=Actor.of(request.agent),
        at=at,
    )


def _find_requester(request: AgentRequest, email: str, name: str) -> Contact:
    account = _account_of(request.desk, email)  # the agent vouches for the address
    return get_or_create_contact(
        request.desk, Address(email, name), account_id=account.pk if account else None
    )
