"""The History tab: everything that happened, in sentences (M29)."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.vary import vary_on_headers

from accounts.models import Agent, Desk
from helpdesk.agent.permissions import AgentRequest, agent_page
from helpdesk.agent.ticket_queries import find_ticket, read_events
from helpdesk.agent.views.ticket import make_ticket_frame
from helpdesk.shared.entries import CHANNEL_LABELS
from helpdesk.shared.numbers import parse_number
from helpdesk.shared.times import format_full_date, format_full_datetime, format_time, to_iso
from tickets.log import Kind
from tickets.models import Ticket, TicketEvent
from tickets.timeline import tell

MAX_EVENTS = 100
SIGNS = {
    Kind.TICKET_OPENED: ("inbox-arrow-down", "blue"),
    Kind.CUSTOMER_RESPONDED: ("chat-bubble-left", "blue"),
    Kind.MACHINE_RESPONDED: ("cpu-chip", ""),
    Kind.AGENT_REPLIED: ("arrow-uturn-left", "accent"),
    Kind.NOTE_ADDED: ("lock-closed", "amber"),
    Kind.STATUS_CHANGED: ("arrow-path", ""),
    Kind.TICKET_CLOSED: ("check-circle", "green"),
    Kind.TICKET_REOPENED: ("arrow-uturn-left", "amber"),
    Kind.ESCALATED: ("arrow-up-circle", "red"),
    Kind.ASSIGNED: ("user", ""),
    Kind.UNPLACED: ("user-minus", "amber"),
    Kind.PRIORITY_CHANGED: ("flag", ""),
    Kind.DEPARTMENT_CHANGED: ("folder", ""),
    Kind.TERMS_CHANGED: ("folder", ""),
    Kind.SENDER_PROVEN: ("shield-check", "green"),
    Kind.PARTICIPANT_ADDED: ("user-plus", ""),
    Kind.CUSTOMER_REMINDED: ("bell", "amber"),
    Kind.SLA_STARTED: ("clock", ""),
    Kind.SLA_REPLANNED: ("clock", ""),
    Kind.SLA_WARNED: ("clock", "amber"),
    Kind.SLA_BREACHED: ("exclamation-triangle", "red"),
    Kind.SLA_MET: ("check", "green"),
    Kind.MAIL_RELEASED: ("shield-exclamation", "amber"),
    Kind.MAIL_SENT: ("paper-airplane", ""),
    Kind.MAIL_DELIVERED: ("envelope", "green"),
    Kind.MAIL_FAILED: ("exclamation-triangle", "red"),
}


@vary_on_headers("HX-Request")
@agent_page
def show_history(request: AgentRequest, number: int) -> HttpResponse:
    """The ticket's history, newest first; to htmx alone."""
    ticket = find_ticket(request.agent, number)
    context = _describe_history(ticket, request.agent, before=request.GET.get("before", ""))
    if request.htmx:
        return render(request, "agent/ticket/_history.html", context)
    frame = make_ticket_frame(request, ticket, tab="history")
    frame["ticket"] |= {"part_url": reverse("agent:history", args=[number])}
    return render(request, "agent/ticket/page.html", {**frame, **context})


def _describe_history(ticket: Ticket, agent: Agent, *, before: str) -> dict[str, Any]:
    events = read_events(ticket, agent, before=parse_number(before), most=MAX_EVENTS)
    shown = events[:MAX_EVENTS]
    own = reverse("agent:history", args=[ticket.number])
    days = groupby(shown, key=lambda event: timezone.localtime(event.at).date())
    return {
        "days": [_describe_day(list(of_day), ticket.desk) for _, of_day in days],
        "earlier_url": f"{own}?before={shown[-1].pk}" if len(events) > MAX_EVENTS else "",
        "earlier_text": "Earlier",
    }


def _describe_day(events: list[TicketEvent], desk: Desk) -> dict[str, Any]:
    return {
        "title": format_full_date(events[0].at),
        "events": [_describe_event(event, desk) for event in events],
    }


def _describe_event(event: TicketEvent, desk: Desk) -> dict[str, str]:
    icon, tone = SIGNS[Kind(event.kind)]
    return {
        "icon": icon,
        "tone": tone,
        "sentence": tell(event, desk),
        "actor": event.actor_name or event.get_actor_kind_display(),
        "channel_label": CHANNEL_LABELS.get(event.channel, ""),
        "at_iso": to_iso(event.at),
        "at_text": format_time(event.at),
        "at_title": format_full_datetime(event.at),
    }
