"""A ticket's page: its conversation and its panel."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.vary import vary_on_headers

from helpdesk.agent.lists.list_parameters import MAX_QUERY
from helpdesk.agent.lists.queue_queries import read_sidebar
from helpdesk.agent.permissions import AgentRequest, agent_page
from helpdesk.agent.relations.merged import read_merged
from helpdesk.agent.shell import build_shell
from helpdesk.agent.ticket_page.actions import list_actions
from helpdesk.agent.ticket_page.composing.composer import (
    ask_again,
    build_composer,
    select_own_draft,
)
from helpdesk.agent.ticket_page.composing.form import ComposerForm
from helpdesk.agent.ticket_page.composing.recipients import list_recipients
from helpdesk.agent.ticket_page.entries import describe_conversation
from helpdesk.agent.ticket_page.history_queries import hide_other_tickets
from helpdesk.agent.ticket_page.panel import describe_panel, describe_ticket
from helpdesk.agent.ticket_page.panel_queries import read_panel
from helpdesk.agent.ticket_page.shown import get_part_url, get_shown, keep_shown, list_tabs
from helpdesk.agent.ticket_page.ticket_queries import (
    Conversation,
    TicketPanel,
    get_ticket,
    read_conversation,
    read_conversation_and_panel,
)
from helpdesk.agent.ticket_page.walk import describe_walk
from tickets.models import Ticket


@vary_on_headers("HX-Request")
@agent_page
def show_ticket(request: AgentRequest, number: int) -> HttpResponse:
    """Show the ticket's page; to htmx the conversation alone."""
    ticket = get_ticket(request.agent, number)
    if request.htmx:
        conversation = read_conversation(ticket, whole="all" in request.GET)
        relate_conversation(conversation, ticket, request)
        entries = describe_conversation(ticket, conversation, reader=request.agent)
        context = keep_shown(entries, get_shown(request))
        return render(request, "agent/ticket/_part.html", context)
    return render_ticket(request, ticket)


@agent_page
def show_walk(request: AgentRequest, number: int) -> HttpResponse:
    """Show a script the way back to a list, and the tickets beside this one in it."""
    ticket = get_ticket(request.agent, number)
    context = {"walk": describe_walk(request, ticket, timezone.now())}
    return render(request, "agent/ticket/_walk.html", context)


@agent_page
def show_panel(request: AgentRequest, number: int) -> HttpResponse:
    """Show the panel to htmx, with the header and actions, which change with it.

    After a change by the person who asks, the message of that change comes along.
    """
    ticket, now = get_ticket(request.agent, number), timezone.now()
    found = read_panel(ticket, request.agent)
    panel = describe_panel(
        ticket,
        found,
        agent=request.agent,
        departments=read_sidebar(request.agent, at=now).departments,
        now=now,
    )
    context = {
        **panel,
        **list_actions(ticket, request.agent),
        "ticket": describe_ticket(ticket, found, part_url="", now=now),
        # Another open page must not take the message away from the page that made the change.
        "shows_messages": "after" in request.GET,
    }
    return render(request, "agent/ticket/_live_panel.html", context)


def render_ticket(
    request: AgentRequest, ticket: Ticket, *, form: ComposerForm | None = None, status: int = 200
) -> HttpResponse:
    """Render the whole page. form: the composer as submitted, if it was not accepted (status)."""
    conversation, panel = read_conversation_and_panel(
        ticket,
        request.agent,
        whole="all" in request.GET,
        draft=select_own_draft(request.agent, ticket),
    )
    relate_conversation(conversation, ticket, request)
    shown = get_shown(request)
    part_url = get_part_url(ticket.number, shown)
    frame = build_ticket_frame(request, ticket, panel, tab="conversation", part_url=part_url)
    recipients = list_recipients(ticket, panel.followers, conversation)
    composer = None
    if request.agent.can_write and (form or ticket.merged_into_id is None):
        composer = build_composer(
            ticket, conversation, panel, form, recipients=recipients, files=request.FILES
        )
        query = request.POST.get("list") or request.GET.get("list") or ""
        composer = replace(composer, list_query=query if len(query) <= MAX_QUERY else "")
        if form and status == HTTPStatus.CONFLICT:
            composer = ask_again(composer, conversation)
    entries = describe_conversation(ticket, conversation, reader=request.agent)
    context = {**frame, **keep_shown(entries, shown), "composer": composer}
    return render(request, "agent/ticket/page.html", context, status=status)


def relate_conversation(conversation: Conversation, ticket: Ticket, request: AgentRequest) -> None:
    """Add the tickets that were merged into this one, and hide what the agent may not see."""
    conversation.merged = read_merged(ticket, request.agent, conversation.events)
    hide_other_tickets(conversation.events, request.agent)


def build_ticket_frame(
    request: AgentRequest, ticket: Ticket, panel: TicketPanel, *, tab: str, part_url: str
) -> dict[str, Any]:
    """Return the context around both tabs of a ticket. part_url: where the tab reloads from."""
    now = timezone.now()
    shell = build_shell(request)
    return {
        **shell,
        "tab": tab,
        "tabs": list_tabs(ticket.number, tab=tab, shown=get_shown(request)),
        "walk": describe_walk(request, ticket, now),
        "ticket": describe_ticket(ticket, panel, part_url=part_url, now=now),
        **describe_panel(
            ticket,
            panel,
            agent=request.agent,
            departments=shell["departments"],
            now=now,
        ),
        **list_actions(ticket, request.agent),
    }
