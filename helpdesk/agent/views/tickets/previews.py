"""The preview of what an agent is writing."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe

from channels_intake.outgoing.replies import preview_signature
from helpdesk.agent.components.replies import PreviewCard
from helpdesk.agent.defects.mentions import link_mentions
from helpdesk.agent.permissions import AgentRequest, agent_action
from helpdesk.agent.ticket_page.ticket_queries import get_ticket_for_change
from helpdesk.shared.fields import MAX_TEXT_LENGTH
from helpdesk.shared.wording.linked_text import link_addresses
from tickets.markup.markdown import render_markdown, render_note


@agent_action
def preview_entry(request: AgentRequest, number: int) -> HttpResponse:
    """Show the composer's text as it will look in the conversation. Nothing is stored."""
    ticket = get_ticket_for_change(request.agent, number)
    text = request.POST.get("body", "").replace("\r\n", "\n")[:MAX_TEXT_LENGTH]
    is_note = request.POST.get("kind") == "note"
    link = partial(link_mentions, prefix=request.desk.ticket_prefix) if is_note else link_addresses
    html = render_note(text, link) if is_note else render_markdown(text)
    signature = "" if is_note else preview_signature(ticket, request.agent)
    safe = mark_safe(html)  # noqa: S308 (sanitized)
    preview = PreviewCard(html=safe, text=link(text), signature=signature)
    return render(request, "agent/ticket/_preview.html", {"preview": preview})
