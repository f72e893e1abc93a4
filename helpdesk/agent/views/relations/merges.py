"""Merging a ticket into another one, and undoing it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpdesk.agent.permissions import (
    AgentRequest,
    agent_action,
    agent_required,
    write_access_required,
)
from helpdesk.agent.redirects import apply_change, redirect_to_ticket
from helpdesk.agent.relations.choosing import (
    describe_card,
    find_tickets,
    get_chosen,
    list_likely,
)
from helpdesk.agent.relations.forms import MergeForm
from helpdesk.agent.shell import build_shell
from helpdesk.agent.ticket_page.ticket_queries import get_ticket_for_change
from helpdesk.agent.views.form_pages import run_ticket_form
from helpdesk.shared.drafts import keeps_draft
from helpdesk.shared.numbers import parse_number
from tickets.errors import ServiceError
from tickets.models import Ticket
from tickets.relations.merging import Consent, merge_ticket, undo_merge
from tickets.selectors import MAX_SEARCH_LENGTH


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def merge(request: AgentRequest, number: int) -> HttpResponse:
    """Look for the ticket to merge into, ask what the customer gets, then merge."""
    ticket = get_ticket_for_change(request.agent, number)
    chosen = request.GET.get("into", "")
    if not chosen and request.method == "POST":
        error = ServiceError(_("Choose the ticket to merge into."))
        return redirect_to_ticket(request, number, error=error)
    if not chosen:
        return _choose(request, ticket)
    target = get_chosen(request.agent, ticket, parse_number(chosen) or 0)
    if target is None:
        raise Http404
    return _confirm(request, ticket, target)


def _choose(request: AgentRequest, ticket: Ticket) -> HttpResponse:
    """Render what was looked for. Each choice leads to its confirmation."""
    words = request.GET.get("q", "").strip()[:MAX_SEARCH_LENGTH]
    agent = request.agent
    context: dict[str, Any] = {
        **build_shell(request, current="tickets"),
        "page_title": _("Merge %(ticket)s into another ticket") % {"ticket": ticket.reference},
        "intro": ticket.subject,
        "back_url": reverse("agent:ticket", args=[ticket.number]),
        "back_label": ticket.reference,
        "words": words,
        "cards": find_tickets(agent, ticket, words) if words else list_likely(agent, ticket),
        "action": request.path,
        "field": "into",
        "hint": _(
            "Merging closes %(ticket)s. New messages that the customer sends to it go to the "
            "ticket you choose. You can undo this."
        )
        % {"ticket": ticket.reference},
    }
    return render(request, "agent/relations/choose.html", context)


def _confirm(request: AgentRequest, ticket: Ticket, target: Ticket) -> HttpResponse:
    form = MergeForm(
        request.POST if request.method == "POST" else None, merged=ticket, target=target
    )

    def change() -> str:
        consent = Consent(form.get_text(), form.cleaned_data.get("across_accounts", False))
        merge_ticket(
            ticket_id=ticket.pk,
            into_id=target.pk,
            agent=request.agent,
            at=timezone.now(),
            consent=consent,
        )
        return success

    named = {"ticket": ticket.reference, "target": target.reference}
    success = _("%(ticket)s was merged into this ticket.") % named
    return run_ticket_form(
        request,
        ticket,
        form,
        change,
        title=_("Merge %(ticket)s into %(target)s") % named,
        button=_("Merge tickets"),
        template="agent/relations/merge.html",
        more={"card": describe_card(target)},
        after=lambda: redirect_to_ticket(request, target.number, success=success),
    )


@agent_action
def undo(request: AgentRequest, number: int) -> HttpResponse:
    """Undo the merge of a ticket into another one."""
    ticket = get_ticket_for_change(request.agent, number)
    return apply_change(
        request,
        number,
        lambda: undo_merge(ticket_id=ticket.pk, agent=request.agent, at=timezone.now()),
        success=_("Merge undone. Messages and notes added since stay on the other ticket."),
    )
