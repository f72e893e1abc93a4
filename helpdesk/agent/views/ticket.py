"""One ticket: its conversation, its panel."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.vary import vary_on_headers

from helpdesk.agent.actions import list_actions, list_next_states
from helpdesk.agent.entries import describe_conversation
from helpdesk.agent.forms import ComposerForm
from helpdesk.agent.panel import describe_panel, describe_ticket
from helpdesk.agent.permissions import AgentRequest, agent_page
from helpdesk.agent.queue_queries import read_sidebar
from helpdesk.agent.shell import make_shell
from helpdesk.agent.ticket_queries import Conversation, find_ticket, read_beside, read_conversation
from tickets.models import Ticket


@vary_on_headers("HX-Request")
@agent_page
def show_ticket(request: AgentRequest, number: int) -> HttpResponse:
    """The ticket's page; to htmx the conversation alone."""
    ticket = find_ticket(request.agent, number)
    if request.htmx:
        conversation = read_conversation(ticket, whole="all" in request.GET)
        context = describe_conversation(ticket, conversation) | {
            "live_last_seen": conversation.last_message_id
        }
        return render(request, "agent/ticket/_conversation.html", context)
    return render_ticket(request, ticket)


@agent_page
def show_panel(request: AgentRequest, number: int) -> HttpResponse:
    """The panel alone, for htmx after a change."""
    ticket = find_ticket(request.agent, number)
    departments = read_sidebar(request.agent, at=timezone.now()).departments
    beside = read_beside(ticket, request.agent)
    context = describe_panel(
        ticket, beside, agent=request.agent, departments=departments, now=timezone.now()
    )
    return render(request, "agent/ticket/_panel.html", context)


def render_ticket(
    request: AgentRequest, ticket: Ticket, *, form: ComposerForm | None = None, status: int = 200
) -> HttpResponse:
    """The whole page, with the composer's form as it was sent when something was wrong with it."""
    conversation = read_conversation(ticket, whole="all" in request.GET)
    frame = make_ticket_frame(request, ticket, tab="conversation")
    informed = [
        str(ticket.contact),
        *(person["name"] or person["email"] for person in frame["people"]),
    ]
    context = {
        **frame,
        **describe_conversation(ticket, conversation),
        "composer": _make_composer(ticket, conversation, form, to=informed)
        if request.agent.can_write
        else None,
    }
    return render(request, "agent/ticket/page.html", context, status=status)


def make_ticket_frame(request: AgentRequest, ticket: Ticket, *, tab: str) -> dict[str, Any]:
    """What stands around both tabs of a ticket."""
    now = timezone.now()
    shell = make_shell(request)
    return {
        **shell,
        "tab": tab,
        "tabs": _make_tabs(ticket, tab),
        "ticket": describe_ticket(ticket, now=now),
        **describe_panel(
            ticket,
            read_beside(ticket, request.agent),
            agent=request.agent,
            departments=shell["departments"],
            now=now,
        ),
        **list_actions(ticket, request.agent),
    }


def _make_tabs(ticket: Ticket, tab: str) -> list[dict[str, Any]]:
    parts = [("ticket", "conversation", "Conversation"), ("history", "history", "History")]
    return [
        {
            "url": reverse(f"agent:{name}", args=[ticket.number]),
            "label": label,
            "current": part == tab,
            "keys": "",
        }
        for name, part, label in parts
    ]


def _make_composer(
    ticket: Ticket, conversation: Conversation, form: ComposerForm | None, *, to: list[str]
) -> dict[str, Any]:
    # After an error the newest message is on the page again: sending once more answers that one too.
    last_seen = conversation.last_message_id
    form = form or ComposerForm(initial={"kind": "reply"})
    return {
        "action": f"{reverse('agent:answers', args=[ticket.number])}#composer",  # an error is seen at once
        "form": form,
        "kind": form["kind"].value() or "reply",
        "can_reply": True,
        "to": ", ".join(to),
        "next_states": _choose(list_next_states(ticket), form),
        "files_max_bytes": form["files"].field.widget.attrs["data-max-bytes"],
        "last_seen": last_seen,
    }


def _choose(states: list[dict[str, Any]], form: ComposerForm) -> list[dict[str, Any]]:
    if not form.is_bound:
        return states
    chosen = form["next"].value() or ""
    return [state | {"selected": state["value"] == chosen} for state in states]
