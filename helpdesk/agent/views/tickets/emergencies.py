"""Emergencies on tickets: marking one for a customer, and deciding about it (M75, M76)."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.places.languages import use_recipient_locale
from helpdesk.agent.levels.forms import DecisionForm, ReportForm
from helpdesk.agent.permissions import AgentRequest, agent_required, write_access_required
from helpdesk.agent.redirects import redirect_to_ticket
from helpdesk.agent.ticket_page.ticket_queries import get_ticket_for_change
from helpdesk.agent.views.form_pages import run_ticket_form
from helpdesk.shared.components import Link
from helpdesk.shared.drafts import keeps_draft
from helpdesk.shared.urls import get_url
from sla.durations import format_duration
from tickets.errors import ConflictError
from tickets.models import Emergency, EmergencyState, Ticket
from tickets.rules.emergencies import list_outcomes
from tickets.services import EmergencyReport, decide_emergency, report_emergency
from tickets.services.emergencies import find_undecided


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def report(request: AgentRequest, number: int) -> HttpResponse:
    """Mark a ticket as an emergency, such as after a call; the plan is checked."""
    ticket = get_ticket_for_change(request.agent, number)
    form = ReportForm(request.POST if request.method == "POST" else None)

    def change() -> str:
        said = EmergencyReport(**form.cleaned_data)
        report_emergency(ticket_id=ticket.pk, by=request.agent, report=said, at=timezone.now())
        return _("Emergency reported. Decide about it in the panel.")

    title = _("Mark as emergency")
    return run_ticket_form(request, ticket, form, change, title=title, button=title)


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def decide(request: AgentRequest, number: int) -> HttpResponse:
    """Show the outcomes with their texts for the customer; send the one that is chosen."""
    ticket = get_ticket_for_change(request.agent, number)
    emergency = find_undecided(ticket.pk)
    if emergency is None:
        text = _("No emergency on this ticket is waiting for a decision.")
        return redirect_to_ticket(request, number, error=ConflictError(text))
    outcomes = list_outcomes(emergency.refusal)
    asked = request.GET.get("outcome", "")
    outcome = EmergencyState(asked) if asked in outcomes else outcomes[0]
    form = DecisionForm(
        request.POST if request.method == "POST" else None,
        ticket=ticket,
        outcome=outcome,
        text=_get_text(ticket, outcome),
    )

    def change() -> str:
        decide_emergency(
            ticket_id=ticket.pk,
            agent=request.agent,
            outcome=outcome,
            text=form.cleaned_data["text"],
            priority=form.cleaned_data.get("priority"),
            at=timezone.now(),
        )
        return _("%(outcome)s. The customer has been told.") % {"outcome": outcome.label}

    return run_ticket_form(
        request,
        ticket,
        form,
        change,
        title=_("Decide about the emergency"),
        button=_("Send to customer"),
        template="agent/emergency_form.html",
        more=_describe(emergency, ticket, outcome),
    )


def _get_text(ticket: Ticket, outcome: EmergencyState) -> str:
    """Return the desk's text for an outcome in the requester's language."""
    contact = ticket.contact
    with use_recipient_locale(desk=ticket.desk, contact=contact, user=contact.user):
        return ticket.desk.emergency_text(outcome)


def _describe(emergency: Emergency, ticket: Ticket, outcome: EmergencyState) -> dict[str, object]:
    url = get_url("agent:emergency", ticket.number)
    return {
        "pills": [
            Link(f"{url}?outcome={each.value}", str(each.label), current=each == outcome)
            for each in list_outcomes(emergency.refusal)
        ],
        "pills_label": _("Outcome"),
        "emergency": emergency,
        "wait": format_duration(int(ticket.desk.get_emergency_wait(outcome).total_seconds()) // 60),
    }
