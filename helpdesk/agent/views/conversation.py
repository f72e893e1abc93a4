"""What an agent says on a ticket: the public reply, the internal note."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from helpdesk.agent.forms import ComposerForm
from helpdesk.agent.permissions import AgentRequest, agent_action
from helpdesk.agent.redirects import see_other
from helpdesk.agent.sending import send_once
from helpdesk.agent.ticket_queries import find_ticket, get_ticket_for_change
from helpdesk.agent.views.ticket import render_ticket
from tickets.errors import ConflictError, ServiceError
from tickets.models import Ticket
from tickets.notifications import mark_ticket_read
from tickets.services import add_note, reply


@agent_action
def answer(request: AgentRequest, number: int) -> HttpResponse:
    """Send the composer: 303 to the new entry; 422 or 409 with the page and all that was typed otherwise.

    A second sending of the same form is answered with the first one.
    """
    ticket = get_ticket_for_change(request.agent, number)
    form, now = ComposerForm(request.POST, request.FILES), timezone.now()
    if not form.is_valid():
        return _show_again(request, number, form, status=422)
    try:
        _, is_first = send_once(request, form, lambda: _say(request, ticket, form, at=now), at=now)
    except ServiceError as refusal:
        form.add_error("body", str(refusal))
        return _show_again(
            request, number, form, status=409 if isinstance(refusal, ConflictError) else 422
        )
    mark_ticket_read(agent=request.agent, ticket_id=ticket.pk, at=now)
    if is_first:
        messages.success(request, "Note added." if _is_note(form) else "Reply sent.")
    return see_other(f"{reverse('agent:ticket', args=[number])}#composer")


def _say(request: AgentRequest, ticket: Ticket, form: ComposerForm, *, at: datetime) -> Ticket:
    said = form.cleaned_data
    common = {
        "ticket_id": ticket.pk,
        "agent": request.agent,
        "text": said["body"],
        "files": said["files"],
        "at": at,
    }
    if _is_note(form):
        add_note(**common)
    else:
        reply(**common, then=said["next"], last_seen_message=said["last_seen"])
    return ticket


def _is_note(form: ComposerForm) -> bool:
    return form.cleaned_data["kind"] == "note"


def _show_again(
    request: AgentRequest, number: int, form: ComposerForm, *, status: int
) -> HttpResponse:
    return render_ticket(request, find_ticket(request.agent, number), form=form, status=status)
