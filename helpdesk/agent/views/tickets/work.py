"""An agent's own work on a ticket: snooze it, wake it, and log the time spent."""

from __future__ import annotations

from datetime import time
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Agent
from helpdesk.agent.permissions import (
    AgentRequest,
    agent_action,
    agent_required,
    write_access_required,
)
from helpdesk.agent.redirects import apply_change, redirect_to_ticket
from helpdesk.agent.sending import submit_agent_form_once
from helpdesk.agent.ticket_page.ticket_queries import get_ticket_for_change
from helpdesk.agent.views.form_pages import run_ticket_form
from helpdesk.agent.work.cards import describe_entry, describe_snooze
from helpdesk.agent.work.forms import SnoozeForm, TimeForm
from helpdesk.agent.work.presets import list_presets
from helpdesk.shared.drafts import keeps_draft
from routing.models import Shift
from sla.durations import format_duration, format_duration_input
from tickets.errors import ServiceError
from tickets.models import Ticket, TimeEntry
from tickets.work.snoozing import snooze_ticket, wake_ticket
from tickets.work.time_spent import (
    MAX_ENTRIES,
    correct_time,
    count_minutes,
    log_time,
    require_correctable,
)

TIME_PAGE = "agent/ticket/time.html"


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def snooze(request: AgentRequest, number: int) -> HttpResponse:
    """Ask until when, then snooze the ticket for this agent."""
    ticket = get_ticket_for_change(request.agent, number)
    presets = list_presets(timezone.localtime(), _find_starts(request.agent))
    form = SnoozeForm(request.POST if request.method == "POST" else None, presets=presets)

    def change() -> str:
        until = form.get_until()
        snooze_ticket(ticket_id=ticket.pk, agent=request.agent, until=until, at=timezone.now())
        return f"{describe_snooze(until)}."

    title = _("Snooze")
    return run_ticket_form(request, ticket, form, change, title=title, button=title)


def _find_starts(agent: Agent) -> dict[int, time]:
    """Return when the agent's own shifts begin, by weekday, if they are in the zone of the page."""
    zone = str(timezone.get_current_timezone())
    shifts = Shift.objects.filter(agent=agent, time_zone=zone).order_by("-start_minute")
    return {one.weekday: time(*divmod(one.start_minute, 60)) for one in shifts}


@agent_action
def wake(request: AgentRequest, number: int) -> HttpResponse:
    """End this agent's snooze of the ticket."""
    ticket = get_ticket_for_change(request.agent, number)
    return apply_change(
        request,
        number,
        lambda: wake_ticket(ticket_id=ticket.pk, agent=request.agent, at=timezone.now()),
        success=_("Snooze ended. The ticket is back in your lists."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def log_ticket_time(request: AgentRequest, number: int) -> HttpResponse:
    """Show the time spent on a ticket, and add an entry."""
    ticket = get_ticket_for_change(request.agent, number)
    form = TimeForm(request.POST if request.method == "POST" else None)

    def change() -> str:
        spent, at = form.get_spent(), timezone.now()
        given: dict[str, Any] = {
            "ticket_id": ticket.pk,
            "agent": request.agent,
            "spent": spent,
            "at": at,
        }
        if form.cleaned_data["form_token"]:
            submit_agent_form_once(request, form, lambda: log_time(**given).ticket, at=at)
        else:
            log_time(**given)
        return _("Logged %(time)s.") % {"time": format_duration(spent.minutes)}

    entries = TimeEntry.objects.filter(ticket=ticket).select_related("agent").order_by("-pk")
    now, total = timezone.now(), count_minutes(ticket)
    shown = [describe_entry(one, ticket, request.agent, now=now) for one in entries[:MAX_ENTRIES]]
    more = {"entries": shown, "total": format_duration(total) if total else ""}
    title, button = _("Time spent"), _("Log time")
    return run_ticket_form(
        request, ticket, form, change, title=title, button=button, template=TIME_PAGE, more=more
    )


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def correct_ticket_time(request: AgentRequest, number: int, entry_id: int) -> HttpResponse:
    """Show the form for one's own time entry of today, then change or remove it."""
    ticket = get_ticket_for_change(request.agent, number)
    entry = TimeEntry.objects.filter(pk=entry_id, ticket=ticket).first()
    if entry is None:
        raise Http404
    try:
        require_correctable(entry, request.agent, desk=request.desk, at=timezone.now())
    except ServiceError as error:
        return redirect_to_ticket(request, number, error=error)
    if request.POST.get("act") == "remove":
        return _remove_entry(request, ticket, entry)
    initial = {
        "minutes": format_duration_input(entry.minutes),
        "note": entry.note,
        "is_billable": entry.is_billable,
    }
    form = TimeForm(request.POST if request.method == "POST" else None, initial=initial)

    def change() -> str:
        spent = form.get_spent()
        correct_time(entry_id=entry.pk, agent=request.agent, spent=spent, at=timezone.now())
        return _("Time entry changed.")

    title, button = _("Change time entry"), _("Save time entry")
    more = {"remove_url": reverse("agent:time_entry", args=[number, entry.pk])}
    return run_ticket_form(
        request, ticket, form, change, title=title, button=button, template=TIME_PAGE, more=more
    )


def _remove_entry(request: AgentRequest, ticket: Ticket, entry: TimeEntry) -> HttpResponse:
    return apply_change(
        request,
        ticket.number,
        lambda: correct_time(entry_id=entry.pk, agent=request.agent, spent=None, at=timezone.now()),
        success=_("Time entry removed."),
    )
