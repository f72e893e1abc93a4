"""After a change: to the page that shows it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from helpdesk.agent.permissions import AgentRequest
from tickets.access import tickets_for_agent
from tickets.errors import ServiceError
from tickets.visibility import TicketVisibility


def see_other(url: str) -> HttpResponse:
    """303: the next page is fetched by GET (RFC 9110, 15.4.4)."""
    return HttpResponseRedirect(url, status=303)


def redirect_to_ticket(
    request: AgentRequest, number: int, *, told: str = "", refusal: ServiceError | None = None
) -> HttpResponse:
    """To the ticket, with one sentence on what was done or why not; to the queue when it is hidden from now on."""
    if refusal is not None:
        messages.error(request, str(refusal))
    elif told:
        messages.success(request, told)
    is_hidden = (
        TicketVisibility.for_agent(request.agent).is_restricted
        and not tickets_for_agent(request.agent).filter(number=number).exists()
    )
    return see_other(
        reverse("agent:queue") if is_hidden else reverse("agent:ticket", args=[number])
    )


def apply_change(
    request: AgentRequest, number: int, work: Callable[[], object], *, told: str
) -> HttpResponse:
    """Do a change and go back to the ticket; a refusal is told there, and nothing was changed."""
    try:
        work()
    except ServiceError as refusal:
        return redirect_to_ticket(request, number, refusal=refusal)
    return redirect_to_ticket(request, number, told=told)
