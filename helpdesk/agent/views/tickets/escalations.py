"""Escalation of a ticket to the next level, and giving it back (M8, M9, M18, M60-M63)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Level
from helpdesk.agent.brief.cards import write_prefill
from helpdesk.agent.levels.forms import MAX_WHY, EscalationForm, GiveBackForm
from helpdesk.agent.permissions import AgentRequest, agent_required, write_access_required
from helpdesk.agent.redirects import redirect_to_ticket, see_other
from helpdesk.agent.ticket_page.ticket_queries import get_ticket_for_change
from helpdesk.agent.views.form_pages import run_ticket_form
from helpdesk.shared.drafts import keeps_draft
from tickets.actors import Actor
from tickets.errors import ConflictError, IncompleteRecordError
from tickets.models import EscalationCause, State, Ticket
from tickets.services import Gathered, escalate, give_back
from tickets.services.escalation import NEXT_LEVEL, can_escalate, list_levels_below
from tickets.services.record_suggestions import suggest_cause, suggest_record
from tickets.services.summaries import find_summary, get_summary_fields
from tickets.services.troubleshooting import find_record

HANDED_ON = ("next_step", "blocker", "tried")  # lines of the summary for the next level


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def escalate_ticket(request: AgentRequest, number: int) -> HttpResponse:
    """Ask for the reason and for what was gathered, then escalate."""
    ticket = get_ticket_for_change(request.agent, number)
    if request.method != "POST" and not can_escalate(ticket):  # a form is kept with its error
        text = _("This ticket can't be escalated any further.")
        return redirect_to_ticket(request, number, error=ConflictError(text))
    after = NEXT_LEVEL[Level(ticket.level)]
    record = find_record(ticket.pk)
    summary = get_summary_fields(find_summary(ticket.pk))
    form = EscalationForm(
        request.POST if request.method == "POST" else None,
        record=record,
        suggested=suggest_record(ticket, record),
        level=ticket.level,
        after=after,
        initial={
            "cause": suggest_cause(ticket, record, after=after).value,
            "why": write_prefill(summary, HANDED_ON, limit=MAX_WHY),
        },
    )
    level = request.desk.word_for_level(after)

    def change() -> str:
        _escalate(request, ticket, form)
        return _("Escalated to %(level)s.") % {"level": level}

    return run_ticket_form(
        request,
        ticket,
        form,
        change,
        title=_("Escalate to %(level)s") % {"level": level},
        button=_("Escalate"),
        template="agent/record_form.html",
        after=lambda: _offer_defects(request, ticket, form, after, level),
    )


def _offer_defects(
    request: AgentRequest, ticket: Ticket, form: EscalationForm, after: Level, level: str
) -> HttpResponse | None:
    """Lead to the defects that may cause a ticket, if one is why it goes to engineering (M18)."""
    is_defect = form.cleaned_data["cause"] == EscalationCause.DEFECT
    if after != Level.RND or not is_defect or ticket.has_defects or request.htmx:
        return None
    text = _("Escalated to %(level)s. Link the ticket to its defect, or report a new one.")
    messages.success(request, text % {"level": level})
    return see_other(reverse("agent:ticket_defects", args=[ticket.number]))


def _escalate(request: AgentRequest, ticket: Ticket, form: EscalationForm) -> None:
    given = form.cleaned_data
    gathered = Gathered(
        request.agent, form.get_record(), given["record_version"], given.get("incomplete", "")
    )
    try:
        escalate(
            ticket_id=ticket.pk,
            by=Actor.of(request.agent),
            at=timezone.now(),
            why=given["why"],
            cause=given["cause"],
            gathered=gathered,
            expected=given["expected"],
        )
    except IncompleteRecordError as error:
        form.add_missing(error.missing)
        raise


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def give_ticket_back(request: AgentRequest, number: int) -> HttpResponse:
    """Ask for the reason, then give the ticket back to a lower level."""
    ticket = get_ticket_for_change(request.agent, number)
    below = list_levels_below(Level(ticket.level))
    levels = [(level.value, request.desk.word_for_level(level)) for level in below]
    if not levels or (request.method != "POST" and ticket.status == State.CLOSED):
        text = _("There is no lower level to give this ticket back to.")
        return redirect_to_ticket(request, number, error=ConflictError(text))
    entered = request.POST if request.method == "POST" else None
    form = GiveBackForm(entered, current=ticket.level, levels=levels)

    def change() -> str:
        given = form.cleaned_data
        give_back(
            ticket_id=ticket.pk,
            by=Actor.of(request.agent),
            at=timezone.now(),
            why=given["why"],
            level=given["level"],
            expected=given["expected"],
        )
        return _("Given back to %(level)s.") % {"level": dict(levels)[given["level"]]}

    title = _("Give back to a lower level")
    return run_ticket_form(request, ticket, form, change, title=title, button=_("Give back"))
