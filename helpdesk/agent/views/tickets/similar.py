"""Tickets similar to a ticket, looked for when an agent asks."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.vary import vary_on_headers

from accounts.models import Desk
from helpdesk.agent.components.ticket import LinkedTicket
from helpdesk.agent.permissions import AgentRequest, agent_page
from helpdesk.agent.shell import build_shell
from helpdesk.agent.ticket_page.ticket_queries import get_ticket
from helpdesk.shared.components import Link
from helpdesk.shared.urls import get_url
from tickets.models import QueueRow
from tickets.search.similar import find_similar

MAX_SIMILAR = 6


@vary_on_headers("HX-Request")
@agent_page
def list_similar(request: AgentRequest, number: int) -> HttpResponse:
    """List tickets that share words with this one's subject: to htmx alone, or as a page."""
    ticket = get_ticket(request.agent, number)
    found = find_similar(ticket, request.agent, limit=MAX_SIMILAR)
    similar = tuple(_describe(row, request.desk) for row in found)
    if request.htmx:
        return render(request, "agent/similar/_list.html", {"similar": similar})
    back = Link(get_url("agent:ticket", number), ticket.reference)
    context = {**build_shell(request), "similar": similar, "ticket": back}
    return render(request, "agent/similar/page.html", context)


def _describe(row: QueueRow, desk: Desk) -> LinkedTicket:
    return LinkedTicket(
        url=get_url("agent:ticket", row.number),
        number=f"{desk.ticket_prefix}-{row.number}",
        subject=row.subject,
        status=row.status,
        status_word=desk.word_for(row.word_key),
    )
