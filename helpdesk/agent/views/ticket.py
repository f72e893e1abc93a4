"""A ticket's page: its conversation and its panel."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.vary import vary_on_headers

from helpdesk.agent.actions import list_actions, list_next_states
from helpdesk.agent.components.ticket import Composer
from helpdesk.agent.entries import describe_conversation
from helpdesk.agent.forms import ComposerForm
from helpdesk.agent.panel import describe_panel, describe_ticket
from helpdesk.agent.permissions import AgentRequest, agent_page
from helpdesk.agent.queue_queries import read_sidebar
from helpdesk.agent.shell import build_shell
from helpdesk.agent.ticket_queries import (
    Conversation,
    get_ticket,
    read_conversation,
    read_panel,
)
from helpdesk.shared.components import Link, Option
from helpdesk.shared.drafts import FormDraft, open_draft, restore
from helpdesk.shared.numbers import parse_number
from tickets.models import Ticket


@vary_on_headers("HX-Request")
@agent_page
def show_ticket(request: AgentRequest, number: int) -> HttpResponse:
    """Show the ticket's page; to htmx the conversation alone."""
    ticket = get_ticket(request.agent, number)
    if request.htmx:
        conversation = read_conversation(ticket, whole="all" in request.GET)
        context = describe_conversation(ticket, conversation) | {
            "live_last_seen": conversation.last_message_id
        }
        return render(request, "agent/ticket/_conversation.html", context)
    return render_ticket(request, ticket)


@agent_page
def show_panel(request: AgentRequest, number: int) -> HttpResponse:
    """Show the panel alone, for htmx after a change."""
    ticket, now = get_ticket(request.agent, number), timezone.now()
    context = describe_panel(
        ticket,
        read_panel(ticket, request.agent),
        agent=request.agent,
        departments=read_sidebar(request.agent, at=now).departments,
        now=now,
    )
    return render(request, "agent/ticket/_panel.html", context)


def render_ticket(
    request: AgentRequest, ticket: Ticket, *, form: ComposerForm | None = None, status: int = 200
) -> HttpResponse:
    """Render the whole page. form: the composer as submitted, if it had an error."""
    conversation = read_conversation(ticket, whole="all" in request.GET)
    part_url = reverse("agent:ticket", args=[ticket.number])
    frame = build_ticket_frame(request, ticket, tab="conversation", part_url=part_url)
    recipients = [
        str(ticket.contact),
        *(follower.name or follower.email for follower in frame["followers"]),
    ]
    context = {
        **frame,
        **describe_conversation(ticket, conversation),
        "composer": _build_composer(request, ticket, conversation, form, to=recipients)
        if request.agent.can_write
        else None,
    }
    return render(request, "agent/ticket/page.html", context, status=status)


def build_ticket_frame(
    request: AgentRequest, ticket: Ticket, *, tab: str, part_url: str
) -> dict[str, Any]:
    """Return the context around both tabs of a ticket. part_url: where the tab reloads from."""
    now = timezone.now()
    shell = build_shell(request)
    return {
        **shell,
        "tab": tab,
        "tabs": _list_tabs(ticket, tab),
        "ticket": describe_ticket(ticket, part_url=part_url, now=now),
        **describe_panel(
            ticket,
            read_panel(ticket, request.agent),
            agent=request.agent,
            departments=shell["departments"],
            now=now,
        ),
        **list_actions(ticket, request.agent),
    }


def _list_tabs(ticket: Ticket, tab: str) -> tuple[Link, ...]:
    tabs = [
        ("ticket", "conversation", _("Conversation")),
        ("history", "history", _("History")),
    ]
    return tuple(
        Link(reverse(f"agent:{name}", args=[ticket.number]), label, current=part == tab)
        for name, part, label in tabs
    )


def _build_composer(
    request: AgentRequest,
    ticket: Ticket,
    conversation: Conversation,
    form: ComposerForm | None,
    *,
    to: list[str],
) -> Composer:
    # With the fragment, so that an error is in view at once.
    action = f"{reverse('agent:answers', args=[ticket.number])}#composer"
    draft = open_draft(request, action=action, save_view="agent:drafts")
    # After an error the page shows the newest message: the next submission replies to that one.
    form = form or _restore_composer(draft)
    return Composer(
        action=action,
        form=form,
        kind=form["kind"].value() or "reply",
        to=", ".join(to),
        next_states=_select_submitted(list_next_states(ticket), form),
        last_seen=_get_last_seen(draft) or conversation.last_message_id,
        draft=draft,
    )


def _get_last_seen(draft: FormDraft) -> int | None:
    """Return what its author had seen: a reply begun before a newer message asks before it goes."""
    return parse_number(draft.get_value("last_seen"))


def _restore_composer(draft: FormDraft) -> ComposerForm:
    """Return the composer with the draft. One whose kind is unknown is a note: it stays inside."""
    form = ComposerForm(initial={"kind": "note" if draft.is_restored else "reply"})
    restore(form, draft)
    return form


def _select_submitted(states: tuple[Option, ...], form: ComposerForm) -> tuple[Option, ...]:
    if not form.is_bound and "next" not in form.initial:
        return states
    submitted = form["next"].value() or ""
    return tuple(
        Option(state.value, state.label, selected=state.value == submitted) for state in states
    )
