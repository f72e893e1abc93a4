"""Redirects after a change, to the page that shows it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from helpdesk.agent.permissions import AgentRequest
from helpdesk.agent.ticket_page.ticket_queries import get_ticket_for_change
from helpdesk.shared.undo import Undo, add_undoable
from tickets.access import tickets_for_agent
from tickets.actors import Actor
from tickets.errors import ServiceError
from tickets.rules.visibility import TicketVisibility


def see_other(url: str) -> HttpResponse:
    """Return a 303: the next page is fetched by GET (RFC 9110, 15.4.4)."""
    return HttpResponseRedirect(url, status=303)


def redirect_to_ticket(
    request: AgentRequest,
    number: int,
    *,
    success: str = "",
    error: ServiceError | None = None,
    undo: Undo | None = None,
) -> HttpResponse:
    """Redirect to the ticket with a message, or to the queue if the agent no longer sees it.

    htmx is sent to the ticket's panel, so that the rest of the page keeps what someone is writing.
    """
    is_hidden = (
        TicketVisibility.for_agent(request.agent).is_restricted
        and not tickets_for_agent(request.agent).filter(number=number).exists()
    )
    if error is not None:
        messages.error(request, str(error))
    elif success and undo and not is_hidden:
        add_undoable(request, success, undo)
    elif success:
        messages.success(request, success)
    if is_hidden:
        queue = reverse("agent:queue")
        return HttpResponseClientRedirect(queue) if request.htmx else see_other(queue)
    if request.htmx:
        return see_other(reverse("agent:panel", args=[number], query={"after": "change"}))
    return see_other(reverse("agent:ticket", args=[number]))


def apply_change(
    request: AgentRequest,
    number: int,
    change: Callable[[], object],
    *,
    success: str,
    undo: Undo | None = None,
) -> HttpResponse:
    """Apply a change and redirect to the ticket. A ServiceError is shown there as a message."""
    try:
        change()
    except ServiceError as error:
        return redirect_to_ticket(request, number, error=error)
    return redirect_to_ticket(request, number, success=success, undo=undo)


def apply_service(
    request: AgentRequest, number: int, service: Callable[..., object], *, success: str
) -> HttpResponse:
    """Call a service that takes nothing but a ticket, its actor and the time.

    Then redirect as apply_change does.
    """
    ticket = get_ticket_for_change(request.agent, number)
    by, at = Actor.of(request.agent), timezone.now()
    return apply_change(
        request, number, lambda: service(ticket_id=ticket.pk, by=by, at=at), success=success
    )
