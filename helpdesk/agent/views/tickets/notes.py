"""Notes of a ticket: names to mention, watchers, reactions, and the pinned note."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.agent.permissions import AgentRequest, agent_action, agent_page, agent_required
from helpdesk.agent.redirects import redirect_to_ticket, see_other
from helpdesk.agent.ticket_page.ticket_queries import get_ticket_for_change
from helpdesk.shared.components import Option
from helpdesk.shared.http.methods import post_only
from tickets.errors import ServiceError
from tickets.models import Note
from tickets.notes.mentions import Suggestion, suggest_mentions
from tickets.notes.pinning import pin_note, unpin_note
from tickets.notes.reacting import set_reaction
from tickets.notes.watching import stop_watching, watch

MAX_TYPED = 60  # characters after an "@" that can still be a name
YES = "1"


@agent_page
def suggest_names(request: AgentRequest, number: int) -> HttpResponse:
    """Show the names that can follow an "@" in a note (mentions.js). q: what was typed of it."""
    ticket = get_ticket_for_change(request.agent, number)
    words = request.GET.get("q", "").strip()[:MAX_TYPED]
    found = suggest_mentions(ticket, words, author=request.agent)
    options = [Option(one.name, _describe(one)) for one in found]
    return render(request, "agent/ticket/_mentions.html", {"options": options})


def _describe(suggestion: Suggestion) -> str:
    """Return the size of a department; "" for an agent."""
    if suggestion.members is None:
        return ""
    return ngettext(
        "Department, %(count)s agent", "Department, %(count)s agents", suggestion.members
    ) % {"count": suggestion.members}


@post_only
@agent_required
def set_watching(request: AgentRequest, number: int) -> HttpResponse:
    """Start or stop watching a ticket. Observers may, too."""
    ticket = get_ticket_for_change(request.agent, number)
    given: dict[str, Any] = {"ticket_id": ticket.pk, "agent": request.agent, "at": timezone.now()}
    if request.POST.get("is_wanted") == YES:
        watch(**given)
        text = _("You're watching this ticket. You'll be notified of replies and notes.")
    else:
        stop_watching(**given)
        text = _("You're no longer watching this ticket.")
    return redirect_to_ticket(request, number, success=text)


@agent_action
def react(request: AgentRequest, number: int, note_id: int) -> HttpResponse:
    """Add or withdraw a reaction to a note."""
    note = _get_note(request, number, note_id)
    is_wanted = request.POST.get("is_wanted") == YES
    kind, at = request.POST.get("kind", ""), timezone.now()
    try:
        set_reaction(note=note, agent=request.agent, kind=kind, is_wanted=is_wanted, at=at)
    except ServiceError as error:
        return redirect_to_ticket(request, number, error=error)
    if request.htmx:
        return redirect_to_ticket(request, number)
    return see_other(f"{reverse('agent:ticket', args=[number])}#message-note-{note.pk}")


@agent_action
def set_pin(request: AgentRequest, number: int, note_id: int) -> HttpResponse:
    """Pin a note above the conversation, or unpin it."""
    note = _get_note(request, number, note_id)
    at = timezone.now()
    if request.POST.get("is_wanted") == YES:
        pin_note(note=note, agent=request.agent, at=at)
        text = _("Note pinned to the top of the ticket.")
    else:
        unpin_note(note=note, agent=request.agent, at=at)
        text = _("Note unpinned.")
    return redirect_to_ticket(request, number, success=text)


def _get_note(request: AgentRequest, number: int, note_id: int) -> Note:
    ticket = get_ticket_for_change(request.agent, number)
    return get_object_or_404(Note, ticket=ticket, pk=note_id)
