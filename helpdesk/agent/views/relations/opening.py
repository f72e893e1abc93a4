"""Forms that open a ticket from another one, once however often they are submitted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.http import HttpResponse
from django.utils import timezone

from helpdesk.agent.permissions import AgentRequest
from helpdesk.agent.redirects import redirect_to_ticket
from helpdesk.agent.sending import submit_agent_form_once
from helpdesk.agent.views.form_pages import run_ticket_form
from helpdesk.shared.fields import SubmitOnceForm
from tickets.models import Ticket


def run_opening_form(
    request: AgentRequest,
    ticket: Ticket,
    form: SubmitOnceForm,
    open_ticket: Callable[[datetime], Ticket],
    *,
    title: str,
    button: str,
    success: str,
) -> HttpResponse:
    """Render the form of a ticket. When it is valid, open the other one and go there."""
    opened: list[Ticket] = []

    def change() -> str:
        at = timezone.now()
        found, _is_first = submit_agent_form_once(request, form, lambda: open_ticket(at), at=at)
        opened.append(found)
        return success

    return run_ticket_form(
        request,
        ticket,
        form,
        change,
        title=title,
        button=button,
        after=lambda: redirect_to_ticket(request, opened[0].number, success=success),
    )
