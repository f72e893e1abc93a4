"""Closing a ticket with a reason, and reopening it (M20, M21)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpdesk.agent.permissions import (
    AgentRequest,
    agent_action,
    agent_required,
    write_access_required,
)
from helpdesk.agent.redirects import apply_service, see_other
from helpdesk.agent.relations.closing_forms import ClosureForm
from helpdesk.agent.ticket_page.ticket_queries import get_ticket_for_change
from helpdesk.agent.views.form_pages import run_ticket_form
from helpdesk.agent.views.macros.bulk import run_now
from helpdesk.shared.drafts import keeps_draft
from helpdesk.shared.urls import get_url
from tickets.actors import Actor
from tickets.improvements.answering import answer_questions
from tickets.models import BulkJob, Ticket
from tickets.relations.closing import close_as_duplicate
from tickets.relations.incidents import tell_incidents
from tickets.services import close, reopen

CLOSING_PAGE = "agent/ticket/closing.html"


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def close_ticket(request: AgentRequest, number: int) -> HttpResponse:
    """Ask for the reason, then close the ticket."""
    ticket = get_ticket_for_change(request.agent, number)
    data = request.POST if request.method == "POST" else None
    form = ClosureForm(data, agent=request.agent, ticket=ticket)

    told: list[BulkJob] = []

    def change() -> str:
        _close(request, ticket, form)
        told.extend(_answer(request, ticket, form))
        return _("Ticket closed.")

    title = _("Close ticket")
    return run_ticket_form(
        request,
        ticket,
        form,
        change,
        title=title,
        button=title,
        template=CLOSING_PAGE,
        after=lambda: _show_told(request, told[0]) if told else None,
    )


def _answer(request: AgentRequest, ticket: Ticket, form: ClosureForm) -> list[BulkJob]:
    """Store what the form says besides the reason. Return the messages to incidents, if any."""
    given, at = form.cleaned_data, timezone.now()
    answer_questions(ticket_id=ticket.pk, agent=request.agent, answers=form.get_answers(), at=at)
    if not given.get("tells_incidents"):
        return []
    text, closes = given["incident_text"], given["closes_incidents"]
    return [tell_incidents(problem=ticket, agent=request.agent, text=text, closes=closes, at=at)]


def _show_told(request: AgentRequest, job: BulkJob) -> HttpResponse:
    """Send a few messages at once, and show what became of them."""
    run_now(job)
    messages.success(request, _("Ticket closed."))
    return see_other(get_url("agent:bulk_change", job.pk))


def _close(request: AgentRequest, ticket: Ticket, form: ClosureForm) -> None:
    by, at, reason = Actor.of(request.agent), timezone.now(), form.cleaned_data["reason"]
    original = form.cleaned_data.get("original")
    if original is not None:
        close_as_duplicate(ticket_id=ticket.pk, of_id=original.pk, agent=request.agent, at=at)
    elif own := form.own.get(reason):
        close(ticket_id=ticket.pk, by=by, at=at, own=own)
    else:
        close(ticket_id=ticket.pk, by=by, at=at, reason=reason)


@agent_action
def reopen_ticket(request: AgentRequest, number: int) -> HttpResponse:
    """Reopen a closed ticket."""
    success = _("Ticket reopened.")
    return apply_service(request, number, reopen, success=success)
