"""Calls: the list, the page of a call, its note, who called, and which ticket it is about."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Contact
from channels_intake.models import Conversation
from channels_intake.telephone.notes import add_to_ticket, confirm_contact, save_call_note
from channels_intake.telephone.selectors import get_call, list_calls, list_known_callers
from helpdesk.agent.calls.forms import CallerForm, CallNoteForm
from helpdesk.agent.calls.page import (
    build_call,
    build_line,
    build_pop,
    list_callers,
    list_open_tickets,
)
from helpdesk.agent.permissions import (
    AgentRequest,
    agent_action,
    agent_page,
    agent_required,
)
from helpdesk.agent.redirects import redirect_to_ticket, see_other
from helpdesk.agent.sending import submit_agent_form_once
from helpdesk.agent.shell import build_shell
from helpdesk.agent.ticket_page.ticket_queries import get_ticket_for_change
from helpdesk.agent.views.form_pages import add_service_error
from helpdesk.agent.views.new_ticket import get_or_create_requester
from helpdesk.shared.components import EmptyState
from helpdesk.shared.numbers import parse_number
from helpdesk.shared.own_addresses import OWN_ADDRESS_ERROR
from tickets.access import get_ticket_for_agent
from tickets.errors import ServiceError
from tickets.models import Ticket


@agent_page
def show_calls(request: AgentRequest) -> HttpResponse:
    """Show the newest calls that the agent may see."""
    now = timezone.now()
    context = {
        **build_shell(request, current="calls"),
        "lines": [build_line(call, now=now) for call in list_calls(request.agent)],
        "empty": EmptyState(_("No calls"), _("Calls to the hotline show up here as they come in.")),
    }
    return render(request, "agent/calls/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def show_call(request: AgentRequest, phone_call_id: int) -> HttpResponse:
    """Show a call with the form of its note. A post saves the note: 303 to the ticket, or 422."""
    if request.method == "POST" and not request.agent.can_write:
        raise PermissionDenied(_("You have read-only access here."))
    call = _find_call(request, phone_call_id)
    if request.method != "POST":
        return _show(request, call, CallNoteForm(desk=request.desk))
    form = CallNoteForm(request.POST, desk=request.desk)
    if form.is_valid():
        try:
            ticket = _save(request, call, form)
        except ServiceError as error:
            add_service_error(form, error)
        else:
            return redirect_to_ticket(request, ticket.number, success=_("Call note saved."))
    return _show(request, call, form, status=422)


def _save(request: AgentRequest, call: Conversation, form: CallNoteForm) -> Ticket:
    now = timezone.now()

    def work() -> Ticket:
        note = form.make_note()
        return save_call_note(call_id=call.pk, agent=request.agent, note=note, at=now)

    return submit_agent_form_once(request, form, work, at=now)[0]


@agent_page
def show_pop(request: AgentRequest, phone_call_id: int) -> HttpResponse:
    """Show the message about a call, for the agent who takes it (helpdesk/static/js/calls.js)."""
    call = _find_call(request, phone_call_id)
    return render(request, "agent/calls/_pop.html", {"pop": build_pop(call, request.desk)})


@agent_action
def set_caller(request: AgentRequest, phone_call_id: int) -> HttpResponse:
    """Make a contact the requester: a suggested one, or the one with an address."""
    call = _find_call(request, phone_call_id)
    contact, problem = _choose_contact(request, call)
    if contact is None:
        messages.error(request, problem)
        return see_other(reverse("agent:call", args=[call.pk]))
    try:
        confirm_contact(call_id=call.pk, contact=contact, agent=request.agent, at=timezone.now())
    except ServiceError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(name)s is the caller.") % {"name": contact})
    return see_other(reverse("agent:call", args=[call.pk]))


def _choose_contact(request: AgentRequest, call: Conversation) -> tuple[Contact | None, str]:
    """Return the chosen contact, or None and why there is none."""
    if chosen := parse_number(request.POST.get("contact")):
        known = {contact.pk: contact for contact in list_known_callers(call)}
        return known.get(chosen), _("Choose who is calling.")
    form = CallerForm(request.POST)
    if not form.is_valid():
        return None, _("Enter the caller's email address.")
    email, name = form.cleaned_data["email"], form.cleaned_data["name"]
    contact = get_or_create_requester(request, email, name)
    return contact, str(OWN_ADDRESS_ERROR)


@agent_action
def set_ticket(request: AgentRequest, phone_call_id: int) -> HttpResponse:
    """Add the call to another open ticket."""
    call = _find_call(request, phone_call_id)
    number = parse_number(request.POST.get("ticket"))
    if number is None:
        messages.error(request, _("Choose a ticket."))
        return see_other(reverse("agent:call", args=[call.pk]))
    ticket = get_ticket_for_change(request.agent, number)
    try:
        add_to_ticket(call_id=call.pk, ticket=ticket, agent=request.agent, at=timezone.now())
    except ServiceError as error:
        messages.error(request, str(error))
    else:
        success = _("The call was added to %(ticket)s.") % {"ticket": ticket.reference}
        messages.success(request, success)
    return see_other(reverse("agent:call", args=[call.pk]))


def _find_call(request: AgentRequest, call_id: int) -> Conversation:
    try:
        return get_call(request.agent, call_id)
    except Conversation.DoesNotExist as error:
        raise Http404 from error


def _show(
    request: AgentRequest, call: Conversation, form: CallNoteForm, *, status: int = 200
) -> HttpResponse:
    ticket = get_ticket_for_agent(request.agent, call.ticket.number) if call.ticket else None
    may_write = request.agent.can_write
    context = {
        **build_shell(request, current="calls"),
        "call_id": call.pk,
        "call": build_call(call, ticket, now=timezone.now()),
        "callers": list_callers(call, request.desk) if may_write else (),
        "tickets": list_open_tickets(request.agent, call) if may_write else (),
        "form": form if may_write and ticket else None,
        "caller_form": CallerForm() if may_write and ticket else None,
        "can_write": may_write,
    }
    return render(request, "agent/calls/page.html", context, status=status)
