"""A ticket that an agent opens for a customer (M22, M52)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.matching import normalize_email
from accounts.models import Account, Contact
from channels_intake.incoming.requests import accept_request
from channels_intake.incoming.senders import (
    get_or_create_contact,
    get_or_create_contacts,
    get_or_create_own_contact,
    read_sender,
)
from channels_intake.mime.envelope import Address
from helpdesk.agent.new_tickets.chooser import (
    ACCOUNT,
    CONTACT,
    build_chooser,
    find_account,
    get_chosen,
)
from helpdesk.agent.new_tickets.form import NewTicketForm
from helpdesk.agent.permissions import (
    AgentRequest,
    agent_page,
    agent_required,
    write_access_required,
)
from helpdesk.agent.redirects import redirect_to_ticket
from helpdesk.agent.sending import submit_agent_form_once
from helpdesk.agent.views.form_pages import add_service_error, render_form
from helpdesk.shared.drafts import discard, keeps_draft
from helpdesk.shared.numbers import parse_number
from tickets.actors import Actor
from tickets.defects.access import list_defects_for_agent
from tickets.defects.linking import link_ticket
from tickets.errors import ServiceError
from tickets.models import Channel, Defect, Ticket
from tickets.work.calls import describe_call, log_call


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def new_ticket(request: AgentRequest) -> HttpResponse:
    """Show the form, then open the ticket: 303 to it, or 422 with the input kept.

    The button that looks for requesters shows the form again, for browsers without script.
    """
    if request.method != "POST":
        return _show(request, NewTicketForm(agent=request.agent, initial=_read_initial(request)))
    form = NewTicketForm(request.POST, request.FILES, agent=request.agent)
    if "find" in request.POST:
        return _show(request, NewTicketForm(agent=request.agent, initial=request.POST.dict()))
    if not form.is_valid():
        return _show(request, form, status=422)
    now = timezone.now()
    try:
        ticket, is_first = submit_agent_form_once(
            request, form, lambda: _open(request, form, at=now), at=now
        )
    except ServiceError as error:
        add_service_error(form, error)
        return _show(request, form, status=422)
    success = _("%(ticket)s opened.") % {"ticket": ticket.reference} if is_first else ""
    return redirect_to_ticket(request, ticket.number, success=success)


@agent_page
@write_access_required
def show_requester(request: AgentRequest) -> HttpResponse:
    """Show who matches ``?requester=``, for the form. ``?choice=`` stays selected."""
    words, chosen = request.GET.get("requester", ""), request.GET.get("choice", "")
    chooser = build_chooser(request.agent, words, chosen=chosen)
    return render(request, "agent/new_ticket/_candidates.html", {"chooser": chooser})


def _read_initial(request: AgentRequest) -> dict[str, Any]:
    """Return what a link fills in by ?email=, ?contact=, ?account=, ?subject= or ?defect=."""
    given: dict[str, Any] = {"subject": request.GET.get("subject", "")[:250]}
    if defect := _find_defect(request):
        given["subject"] = given["subject"] or defect.title[:250]
    if address := normalize_email(request.GET.get("email", "")):
        contact = read_sender(request.desk, address).contact
        chosen = f"{CONTACT}:{contact.pk}" if contact else ""
        return given | {"requester": address, "choice": chosen}
    for kind in (CONTACT, ACCOUNT):
        if number := parse_number(request.GET.get(kind)):
            choice = f"{kind}:{number}"
            named = next(filter(None, get_chosen(request.desk, choice)), None)
            return given | ({"requester": str(named), "choice": choice} if named else {})
    return given


def _find_defect(request: AgentRequest) -> Defect | None:
    """Return the defect that the new ticket is going to be linked to."""
    number = parse_number(request.GET.get("defect"))
    return list_defects_for_agent(request.agent).filter(pk=number).first() if number else None


def _show(request: AgentRequest, form: NewTicketForm, *, status: int = 200) -> HttpResponse:
    defect = _find_defect(request)
    intro = _("It will be linked to %(defect)s.") % {"defect": defect} if defect else ""
    return render_form(
        request,
        form,
        status=status,
        page_title=_("New ticket"),
        submit_label=_("Open ticket"),
        back_url=reverse("agent:queue"),
        back_label=_("Tickets"),
        intro=intro,
        template="agent/new_ticket/page.html",
        more={"requester_url": reverse("agent:requester"), "choose": _Choosing(request, form)},
    )


class _Choosing:
    """The chooser of a form, built when the page shows it: a draft may have filled the form."""

    def __init__(self, request: AgentRequest, form: NewTicketForm) -> None:
        self.request, self.form = request, form

    def chooser(self) -> Any:
        """Return the helpdesk.agent.new_tickets.cards.Chooser."""
        words = str(self.form["requester"].value() or "")
        chosen = str(self.form["choice"].value() or "")
        return build_chooser(self.request.agent, words, chosen=chosen)


def _open(request: AgentRequest, form: NewTicketForm, *, at: datetime) -> Ticket:
    new, minutes = form.cleaned_data, _get_call_minutes(form)
    discard(request, request.get_full_path())
    ticket = accept_request(
        desk=request.desk,
        contact=_get_requester(request, form),
        subject=new["subject"],
        text=new["text"],
        priority=new["priority"],
        channel=new["channel"],
        files=new["files"],
        participants=get_or_create_contacts(request.desk, new["cc"]),
        product=new.get("product"),
        remarks=describe_call(minutes),
        by=Actor.of(request.agent),
        at=at,
    )
    log_call(ticket_id=ticket.pk, agent=request.agent, minutes=minutes, at=at)
    if defect := _find_defect(request):
        link_ticket(defect_id=defect.pk, ticket_id=ticket.pk, agent=request.agent, at=at)
    return ticket


def _get_requester(request: AgentRequest, form: NewTicketForm) -> Contact:
    """Return the chosen contact, a new one, or, for an internal request, the agent (M22)."""
    if form.cleaned_data["channel"] == Channel.INTERNAL:
        return get_or_create_own_contact(request.agent)
    if form.contact:
        return form.contact
    name = form.cleaned_data["name"]
    return get_or_create_requester(request, form.email, name, account=form.account)


def _get_call_minutes(form: NewTicketForm) -> int:
    """Return how long the call was, 0 if it isn't known or there was none."""
    is_call = form.cleaned_data["channel"] == Channel.PHONE
    return (form.cleaned_data["call_minutes"] or 0) if is_call else 0


def get_or_create_requester(
    request: AgentRequest, email: str, name: str, *, account: Account | None = None
) -> Contact:
    """Return the contact with an address that the agent vouches for, new or known.

    account: that a new contact joins; by default the one that has the address's domain.
    """
    account = account or find_account(request.desk, email)
    account_id = account.pk if account else None
    return get_or_create_contact(request.desk, Address(email, name), account_id=account_id)
