"""Views for replies owed to customers: "no reply needed", promised updates, and holds."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpdesk.agent.forms import HoldForm, PromiseForm
from helpdesk.agent.permissions import (
    AgentRequest,
    agent_action,
    agent_required,
    write_access_required,
)
from helpdesk.agent.redirects import apply_service
from helpdesk.agent.ticket_page.ticket_queries import get_ticket_for_change
from helpdesk.agent.views.form_pages import run_ticket_form
from helpdesk.shared.drafts import keeps_draft
from helpdesk.shared.wording.times import format_datetime
from tickets.actors import Actor
from tickets.services import (
    end_hold,
    hold_ticket,
    mark_no_reply_needed,
    promise_update,
    withdraw_promise,
)


@agent_action
def need_no_reply(request: AgentRequest, number: int) -> HttpResponse:
    """Mark the customer's messages as needing no reply, such as a thank-you."""
    success = _("Marked as needing no reply.")
    return apply_service(request, number, mark_no_reply_needed, success=success)


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def promise_next_update(request: AgentRequest, number: int) -> HttpResponse:
    """Ask for the time of the next update, then promise it to the customer."""
    ticket = get_ticket_for_change(request.agent, number)
    form = PromiseForm(request.POST if request.method == "POST" else None)

    def change() -> str:
        due_at, by = form.cleaned_data["due_at"], Actor.of(request.agent)
        why = form.cleaned_data["why"]
        promise_update(ticket_id=ticket.pk, by=by, due_at=due_at, at=timezone.now(), why=why)
        return _("Update promised by %(time)s.") % {"time": format_datetime(due_at)}

    title = _("Promise an update")
    return run_ticket_form(request, ticket, form, change, title=title, button=title)


@agent_action
def withdraw_next_update(request: AgentRequest, number: int) -> HttpResponse:
    """Withdraw the promise of an update."""
    success = _("Promise withdrawn.")
    return apply_service(request, number, withdraw_promise, success=success)


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def put_on_hold(request: AgentRequest, number: int) -> HttpResponse:
    """Ask until when and why, then put the ticket on hold."""
    ticket = get_ticket_for_change(request.agent, number)
    initial = {"until": ticket.hold_until, "why": ticket.hold_reason}
    form = HoldForm(request.POST if request.method == "POST" else None, initial=initial)

    def change() -> str:
        until, by = form.cleaned_data["until"], Actor.of(request.agent)
        why = form.cleaned_data["why"]
        hold_ticket(ticket_id=ticket.pk, by=by, until=until, why=why, at=timezone.now())
        return _("On hold until %(time)s.") % {"time": format_datetime(until)}

    title = _("Put on hold")
    return run_ticket_form(request, ticket, form, change, title=title, button=title)


@agent_action
def end_ticket_hold(request: AgentRequest, number: int) -> HttpResponse:
    """End the ticket's hold."""
    success = _("Hold ended.")
    return apply_service(request, number, end_hold, success=success)
