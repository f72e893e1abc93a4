"""A ticket beside the list: its conversation, to read."""

from __future__ import annotations

from copy import copy

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.vary import vary_on_headers

from accounts.models import Role
from helpdesk.agent.components.peek import Peek
from helpdesk.agent.lists.walking import build_ticket_url
from helpdesk.agent.permissions import AgentRequest, agent_page
from helpdesk.agent.shell import build_shell
from helpdesk.agent.ticket_page.entries import describe_conversation
from helpdesk.agent.ticket_page.ticket_queries import get_ticket, read_conversation
from helpdesk.agent.views.tickets.ticket import relate_conversation


@vary_on_headers("HX-Request")
@agent_page
def show_peek(request: AgentRequest, number: int) -> HttpResponse:
    """Show a ticket's conversation: to a script alone, otherwise as a page."""
    ticket = get_ticket(request.agent, number)
    peek = Peek(
        number=ticket.reference,
        subject=ticket.subject,
        status=ticket.status,
        status_word=ticket.desk.word_for(ticket.word_key),
        requester=str(ticket.contact),
        url=build_ticket_url(number, request.GET.get("list", "")),
    )
    reader = copy(request.agent)
    reader.role = Role.OBSERVER  # a preview is for reading: it has no buttons
    found = read_conversation(ticket)
    relate_conversation(found, ticket, request)
    conversation = describe_conversation(ticket, found, reader=reader)
    context = {**conversation, "peek": peek}
    if request.htmx:
        return render(request, "agent/ticket/_peek.html", context)
    return render(request, "agent/ticket/peek.html", {**build_shell(request), **context})
