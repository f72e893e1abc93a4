"""The defects of a ticket: suggestions, a search, linking and unlinking."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpdesk.agent.defects.forms import UnlinkForm
from helpdesk.agent.defects.previews import describe_preview
from helpdesk.agent.defects.suggesting import (
    describe_found,
    describe_suggestion,
    find_by_words,
    list_by_rank,
)
from helpdesk.agent.permissions import (
    AgentRequest,
    agent_action,
    agent_required,
    write_access_required,
)
from helpdesk.agent.redirects import apply_change, redirect_to_ticket
from helpdesk.agent.shell import build_shell
from helpdesk.agent.ticket_page.ticket_queries import get_ticket_for_change
from helpdesk.agent.views.defects.common import (
    apply_to_defect,
    get_defect,
    link_defect,
    redirect_to_defect,
)
from helpdesk.agent.views.form_pages import run_ticket_form
from helpdesk.shared.drafts import keeps_draft
from helpdesk.shared.numbers import parse_number
from helpdesk.shared.urls import get_url
from tickets.access import tickets_for_agent
from tickets.defects.access import list_defects_for_agent
from tickets.defects.linking import link_ticket, unlink_ticket
from tickets.defects.search.suggestions import suggest_defects
from tickets.defects.updates.preview import preview_link
from tickets.defects.updates.settings import load_stage_settings
from tickets.errors import ServiceError
from tickets.models import Defect, Ticket
from tickets.search.references import find_numbers


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
def choose_defect(request: AgentRequest, number: int) -> HttpResponse:
    """Suggest defects for a ticket, look for others by key or words, and link one."""
    ticket = get_ticket_for_change(request.agent, number)
    if request.method == "POST":
        return _link(request, ticket)
    if chosen := parse_number(request.GET.get("defect", "")):
        return _preview(request, ticket, chosen)
    words = request.GET.get("q", "").strip()
    context = {
        **_build_page(request, ticket),
        "words": words,
        "report_url": get_url("agent:report_defect", number),
        "report_label": _("Report a new defect"),
        "cards": _list_cards(request, ticket, words),
    }
    return render(request, "agent/defects/choose.html", context)


def _build_page(request: AgentRequest, ticket: Ticket) -> dict[str, Any]:
    """Return what the list and the preview of one say."""
    return {
        **build_shell(request, current="tickets"),
        "page_title": _("Link to a defect"),
        "intro": ticket.subject,
        "back_url": reverse("agent:ticket", args=[ticket.number]),
        "back_label": ticket.reference,
        "action": request.path,
        "field": "defect",
        "button": _("Link"),
        "hint": _("The customer gets one update about the defect's current stage."),
    }


def _preview(request: AgentRequest, ticket: Ticket, chosen: int) -> HttpResponse:
    """Show what the customer gets if the ticket is linked to a defect."""
    defect = get_object_or_404(list_defects_for_agent(request.agent), pk=chosen)
    context = {
        **_build_page(request, ticket),
        **describe_preview(preview_link(defect, ticket)),
        "card": describe_found(defect, load_stage_settings(request.desk.pk)),
    }
    return render(request, "agent/defects/confirm.html", context)


def _list_cards(request: AgentRequest, ticket: Ticket, words: str) -> list[Any]:
    settings = load_stage_settings(request.desk.pk)
    linked = set(ticket.defect_links.values_list("defect_id", flat=True))
    if words:
        found = find_by_words(request.agent, words)
        return [describe_found(one, settings, linked=linked) for one in found]
    suggested = suggest_defects(ticket, agent=request.agent)
    shown = linked | {one.defect.pk for one in suggested}
    heading = _("Open defects by rank")
    return [
        *(describe_suggestion(one, settings) for one in suggested),
        *(
            describe_found(one, settings, heading=heading)
            for one in list_by_rank(request.agent, without=shown)
        ),
    ]


def _link(request: AgentRequest, ticket: Ticket) -> HttpResponse:
    chosen = Defect.objects.filter(
        desk=request.desk, pk=parse_number(request.POST.get("defect", "")) or 0
    ).first()
    if chosen is None:
        error = ServiceError(_("Choose the defect to link to."))
        return redirect_to_ticket(request, ticket.number, error=error)
    chosen.desk = request.desk
    return apply_change(
        request,
        ticket.number,
        lambda: link_ticket(
            defect_id=chosen.pk, ticket_id=ticket.pk, agent=request.agent, at=timezone.now()
        ),
        success=link_defect(_("Linked to %(defect)s.") % {"defect": chosen.key}, chosen),
    )


@agent_action
def link_by_number(request: AgentRequest, defect_number: int) -> HttpResponse:
    """Link the ticket that is named on the page of a defect."""
    defect = get_defect(request, defect_number)
    numbers = find_numbers(request.desk, request.POST.get("ticket", ""))
    ticket = tickets_for_agent(request.agent).filter(number__in=numbers).first()
    if ticket is None or len(numbers) > 1:
        error = _("Enter the number of one ticket that you can open.")
        return redirect_to_defect(request, defect_number, error=error)
    return apply_to_defect(
        request,
        defect_number,
        lambda: link_ticket(
            defect_id=defect.pk, ticket_id=ticket.pk, agent=request.agent, at=timezone.now()
        ),
        success=_("Linked."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def unlink(request: AgentRequest, number: int, defect_number: int) -> HttpResponse:
    """Ask for the reason, then remove the link of a ticket to a defect."""
    ticket = get_ticket_for_change(request.agent, number)
    defect = Defect.objects.filter(
        desk=request.desk, number=defect_number, links__ticket=ticket
    ).first()
    if defect is None:
        raise Http404
    defect.desk = request.desk
    form = UnlinkForm(request.POST if request.method == "POST" else None)

    def change() -> str:
        unlink_ticket(
            defect_id=defect.pk,
            ticket_id=ticket.pk,
            agent=request.agent,
            why=form.cleaned_data["why"],
            at=timezone.now(),
        )
        return _("The link to %(defect)s was removed.") % {"defect": defect.key}

    title = _("Remove the link to %(defect)s") % {"defect": defect.key}
    return run_ticket_form(request, ticket, form, change, title=title, button=_("Remove link"))
