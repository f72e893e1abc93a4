"""A ticket's page: its conversation and its panel."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.vary import vary_on_headers

from helpdesk.agent.components.ticket import Composer
from helpdesk.agent.forms import ComposerForm
from helpdesk.agent.lists.queue_queries import read_sidebar
from helpdesk.agent.permissions import AgentRequest, agent_page
from helpdesk.agent.shell import build_shell
from helpdesk.agent.statements import Query
from helpdesk.agent.ticket_page.actions import list_actions, list_next_states
from helpdesk.agent.ticket_page.channels import list_choices
from helpdesk.agent.ticket_page.entries import describe_conversation, get_file_url
from helpdesk.agent.ticket_page.panel import describe_panel, describe_ticket
from helpdesk.agent.ticket_page.ticket_queries import (
    Conversation,
    TicketPanel,
    get_ticket,
    read_conversation,
    read_conversation_and_panel,
    read_panel,
)
from helpdesk.agent.ticket_page.ticket_sql import select_draft
from helpdesk.shared.components import Link, Option
from helpdesk.shared.drafts import FormDraft, restore, show_draft, to_place
from helpdesk.shared.entries import describe_message
from helpdesk.shared.numbers import parse_number
from helpdesk.shared.urls import get_url
from tickets.models import Draft, Ticket


@vary_on_headers("HX-Request")
@agent_page
def show_ticket(request: AgentRequest, number: int) -> HttpResponse:
    """Show the ticket's page; to htmx the conversation alone."""
    ticket = get_ticket(request.agent, number)
    if request.htmx:
        conversation = read_conversation(ticket, whole="all" in request.GET)
        context = describe_conversation(ticket, conversation, reader=request.agent)
        return render(request, "agent/ticket/_conversation.html", context)
    return render_ticket(request, ticket)


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
        draft=_select_draft(request, ticket),
    )
    part_url = get_url("agent:ticket", ticket.number)
    frame = build_ticket_frame(request, ticket, panel, tab="conversation", part_url=part_url)
    recipients = [
        str(ticket.contact),
        *(follower.name or follower.email for follower in frame["requester"].followers),
    ]
    composer = None
    if request.agent.can_write:
        composer = _build_composer(request, ticket, conversation, panel, form, to=recipients)
        if form and status == HTTPStatus.CONFLICT:
            composer = _ask_again(composer, conversation)
    entries = describe_conversation(ticket, conversation, reader=request.agent)
    context = {**frame, **entries, "composer": composer}
    return render(request, "agent/ticket/page.html", context, status=status)


def build_ticket_frame(
    request: AgentRequest, ticket: Ticket, panel: TicketPanel, *, tab: str, part_url: str
) -> dict[str, Any]:
    """Return the context around both tabs of a ticket. part_url: where the tab reloads from."""
    now = timezone.now()
    shell = build_shell(request)
    return {
        **shell,
        "tab": tab,
        "tabs": _list_tabs(ticket, tab),
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


def _list_tabs(ticket: Ticket, tab: str) -> tuple[Link, ...]:
    tabs = [
        ("ticket", "conversation", _("Conversation")),
        ("history", "history", _("History")),
    ]
    return tuple(
        Link(get_url(f"agent:{name}", ticket.number), label, current=part == tab)
        for name, part, label in tabs
    )


def _get_composer_action(ticket: Ticket) -> str:
    # With the fragment, so that an error is in view at once.
    return f"{get_url('agent:answers', ticket.number)}#composer"


def _select_draft(request: AgentRequest, ticket: Ticket) -> Query[Draft] | None:
    if not request.agent.can_write:
        return None
    place = to_place(_get_composer_action(ticket))
    return select_draft(desk_id=ticket.desk_id, user_id=request.agent.user_id, place=place)


def _build_composer(
    request: AgentRequest,
    ticket: Ticket,
    conversation: Conversation,
    panel: TicketPanel,
    form: ComposerForm | None,
    *,
    to: list[str],
) -> Composer:
    action = _get_composer_action(ticket)
    draft = show_draft(conversation.draft, action=action, save_view="agent:drafts")
    form = form or _restore_composer(draft)
    # Neither an error nor a draft moves it: the reply was begun before what has arrived since.
    seen = parse_number(
        form["last_seen"].value() if form.is_bound else draft.get_value("last_seen")
    )
    choices = list_choices(
        ticket, panel.conversation, chosen=form["via"].value() or "", now=timezone.now()
    )
    composer = Composer(
        action=action,
        form=form,
        kind=form["kind"].value() or "reply",
        to=", ".join(to),
        next_states=_select_submitted(list_next_states(ticket), form),
        last_seen=conversation.last_message_id if seen is None else seen,
        draft=replace(draft, notice="") if form.is_bound else draft,
        lost_files=tuple(file.name or "" for file in request.FILES.getlist("files")),
        choices=choices,
        mentions_url=get_url("agent:mentions", ticket.number),
    )
    # Without a way to reply, what is begun is a note.
    return composer if composer.can_reply or form.is_bound else replace(composer, kind="note")


def _ask_again(composer: Composer, conversation: Conversation) -> Composer:
    """Return the composer with the messages it crossed. Sent again, it has seen them."""
    newer = [m for m in conversation.messages if m.pk > composer.last_seen and not m.is_automatic]
    return replace(
        composer,
        last_seen=conversation.last_message_id,
        newer=tuple(describe_message(m, [], file_url=get_file_url) for m in newer),
    )


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
