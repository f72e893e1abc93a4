"""The History tab: every event of a ticket as a sentence (M29)."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.vary import vary_on_headers

from accounts.models import Agent
from helpdesk.agent.components.ticket import HistoryDay, HistoryEvent
from helpdesk.agent.permissions import AgentRequest, agent_page
from helpdesk.agent.ticket_page.clocks.pages import get_clock_url
from helpdesk.agent.ticket_page.history_queries import list_events
from helpdesk.agent.ticket_page.panel_queries import read_panel
from helpdesk.agent.ticket_page.ticket_queries import get_ticket
from helpdesk.agent.views.tickets.ticket import build_ticket_frame
from helpdesk.shared.entries import CHANNEL_LABELS
from helpdesk.shared.numbers import parse_number
from helpdesk.shared.wording.times import format_full_date, format_time, format_title, to_iso
from sla.models import ClockKind
from tickets.events import EventKind
from tickets.models import Ticket, TicketEvent
from tickets.selectors import get_priority_names
from tickets.timeline import describe_event

MAX_EVENTS = 100
OF_PROMISES = (EventKind.UPDATE_PROMISED, EventKind.PROMISE_WITHDRAWN)
# The icon of a kind of event, and its color.
ICONS: dict[str, tuple[str, str]] = {
    EventKind.TICKET_OPENED: ("inbox-arrow-down", "blue"),
    EventKind.TICKET_IMPORTED: ("inbox-arrow-down", ""),
    EventKind.CUSTOMER_RESPONDED: ("chat-bubble-left", "blue"),
    EventKind.MACHINE_RESPONDED: ("cpu-chip", ""),
    EventKind.AGENT_REPLIED: ("arrow-uturn-left", "accent"),
    EventKind.REPLY_SCHEDULED: ("clock", ""),
    EventKind.REPLY_WITHDRAWN: ("x-mark", ""),
    EventKind.APPROVAL_ASKED: ("clock", ""),
    EventKind.REPLY_APPROVED: ("check", ""),
    EventKind.REPLY_RETURNED: ("arrow-uturn-left", "amber"),
    EventKind.REPLY_HELD: ("exclamation-triangle", "amber"),
    EventKind.ANSWERED_OUTSIDE: ("arrow-uturn-left", ""),
    EventKind.MESSAGE_EDITED: ("pencil", ""),
    EventKind.MESSAGE_DELETED: ("trash", ""),
    EventKind.CONVERSATION_ENDED: ("check-circle", ""),
    EventKind.SIGNAL_RAISED: ("exclamation-triangle", "amber"),
    EventKind.NOTE_ADDED: ("lock-closed", "amber"),
    EventKind.NOTE_PINNED: ("bookmark", "amber"),
    EventKind.NOTE_UNPINNED: ("bookmark", ""),
    EventKind.NOTE_REACTED: ("face-smile", ""),
    EventKind.SIDE_STARTED: ("chat-bubble-left", "amber"),
    EventKind.SIDE_SENT: ("chat-bubble-left", "amber"),
    EventKind.SIDE_SENT_AGAIN: ("chat-bubble-left", ""),
    EventKind.SIDE_ANSWERED: ("chat-bubble-left", "blue"),
    EventKind.SIDE_MACHINE_ANSWERED: ("cpu-chip", ""),
    EventKind.SIDE_DONE: ("check", ""),
    EventKind.SIDE_PEOPLE_ADDED: ("user-plus", ""),
    EventKind.SIDE_PERSON_REMOVED: ("user-minus", ""),
    EventKind.WATCHING_STARTED: ("eye", ""),
    EventKind.WATCHING_STOPPED: ("eye-slash", ""),
    EventKind.STATUS_CHANGED: ("arrow-path", ""),
    EventKind.TICKET_CLOSED: ("check-circle", "green"),
    EventKind.TICKET_REOPENED: ("arrow-uturn-left", "amber"),
    EventKind.TICKET_MERGED: ("arrows-pointing-in", "blue"),
    EventKind.MERGED_IN: ("arrows-pointing-in", "blue"),
    EventKind.MERGE_UNDONE: ("arrows-pointing-out", "amber"),
    EventKind.MERGED_TAKEN_OUT: ("arrows-pointing-out", "amber"),
    EventKind.TICKETS_LINKED: ("link", ""),
    EventKind.TICKETS_UNLINKED: ("link-slash", ""),
    EventKind.ESCALATED: ("arrow-up-circle", "red"),
    EventKind.GIVEN_BACK: ("arrow-down-circle", "amber"),
    EventKind.DEFECT_LINKED: ("bug-ant", "red"),
    EventKind.DEFECT_UNLINKED: ("bug-ant", ""),
    EventKind.DEFECT_MERGED: ("bug-ant", ""),
    EventKind.DEFECT_UPDATED: ("megaphone", "blue"),
    EventKind.FIX_TO_CONFIRM: ("rocket-launch", "amber"),
    EventKind.TROUBLESHOOTING_CHANGED: ("wrench", ""),
    EventKind.SUMMARY_CHANGED: ("bars-3-bottom-left", ""),
    EventKind.IMPACT_CHANGED: ("building-office", ""),
    EventKind.IMPROVEMENT_REQUESTED: ("light-bulb", ""),
    EventKind.IMPROVEMENT_WITHDRAWN: ("light-bulb", ""),
    EventKind.IMPROVEMENT_CHANGED: ("light-bulb", ""),
    EventKind.HELP_REQUESTED: ("question-mark-circle", "blue"),
    EventKind.HELP_ENDED: ("light-bulb", "green"),
    EventKind.HELP_WITHDRAWN: ("x-circle", ""),
    EventKind.HELP_WARNED: ("clock", "amber"),
    EventKind.HELP_OVERDUE: ("exclamation-triangle", "red"),
    EventKind.ATTENTION_ASKED: ("megaphone", "amber"),
    EventKind.ATTENTION_DECIDED: ("megaphone", ""),
    EventKind.ACCOUNT_ESCALATED: ("fire", "red"),
    EventKind.ACCOUNT_ESCALATION_ENDED: ("fire", "green"),
    EventKind.EMERGENCY_REPORTED: ("bell-alert", "red"),
    EventKind.EMERGENCY_DECIDED: ("bell-alert", "amber"),
    EventKind.ASSIGNED: ("user", ""),
    EventKind.LEFT_UNASSIGNED: ("user-minus", "amber"),
    EventKind.ACCEPTED: ("hand-thumb-up", "green"),
    EventKind.HANDOVER_UNCLAIMED: ("bell-alert", "red"),
    EventKind.PRIORITY_CHANGED: ("flag", ""),
    EventKind.PRODUCT_CHANGED: ("cube", ""),
    EventKind.PRODUCT_LINE_CHANGED: ("cube", ""),
    EventKind.DEPARTMENT_CHANGED: ("folder", ""),
    EventKind.RULES_APPLIED: ("funnel", ""),
    EventKind.TAGS_CHANGED: ("tag", ""),
    EventKind.MACRO_APPLIED: ("bolt", ""),
    EventKind.TERMS_CHANGED: ("folder", ""),
    EventKind.TICKET_SNOOZED: ("moon", ""),
    EventKind.SNOOZE_ENDED: ("sun", ""),
    EventKind.TIME_LOGGED: ("clock", ""),
    EventKind.TIME_CHANGED: ("clock", ""),
    EventKind.TIME_REMOVED: ("clock", ""),
    EventKind.FIELDS_CHANGED: ("pencil-square", ""),
    EventKind.SUBJECT_CHANGED: ("pencil", ""),
    EventKind.TEXT_REDACTED: ("eye-slash", "amber"),
    EventKind.FILE_REMOVED: ("trash", "amber"),
    EventKind.ACCOUNT_CHANGED: ("building-office", "amber"),
    EventKind.SENDER_VERIFIED: ("shield-check", "green"),
    EventKind.PARTICIPANT_ADDED: ("user-plus", ""),
    EventKind.PARTICIPANT_REMOVED: ("user-minus", ""),
    EventKind.REQUESTER_CHANGED: ("user", "amber"),
    EventKind.CONTACT_MERGED: ("user", ""),
    EventKind.REQUESTER_LEFT: ("user", "amber"),
    EventKind.RECIPIENTS_ADDED: ("envelope", ""),
    EventKind.CUSTOMER_REMINDED: ("bell", "amber"),
    EventKind.NO_REPLY_NEEDED: ("check", ""),
    EventKind.UPDATE_PROMISED: ("clock", ""),
    EventKind.PROMISE_WITHDRAWN: ("clock", "amber"),
    EventKind.HOLD_STARTED: ("pause", "amber"),
    EventKind.HOLD_ENDED: ("play", ""),
    EventKind.SLA_STARTED: ("clock", ""),
    EventKind.SLA_REPLANNED: ("clock", ""),
    EventKind.SLA_STOPPED: ("clock", ""),
    EventKind.SLA_WARNED: ("clock", "amber"),
    EventKind.SLA_OVERRIDDEN: ("clock", "amber"),
    EventKind.SLA_OVERRIDE_REMOVED: ("clock", ""),
    EventKind.SLA_BREACHED: ("exclamation-triangle", "red"),
    EventKind.SLA_MET: ("check", "green"),
    EventKind.LADDER_STEP: ("bell-alert", "red"),
    EventKind.LADDER_ACKNOWLEDGED: ("hand-thumb-up", "green"),
    EventKind.PAGE_ANSWERED: ("hand-thumb-up", "green"),
    EventKind.LADDER_RESUMED: ("bell-alert", "amber"),
    EventKind.LADDER_ENDED: ("check", ""),
    EventKind.MAIL_RELEASED: ("shield-exclamation", "amber"),
    EventKind.MAIL_SENT: ("paper-airplane", ""),
    EventKind.MAIL_DELIVERED: ("envelope", "green"),
    EventKind.MAIL_DELAYED: ("clock", "amber"),
    EventKind.MAIL_FAILED: ("exclamation-triangle", "red"),
    EventKind.REPLY_SENT_AGAIN: ("arrow-path", ""),
    EventKind.RESPONSE_LOST: ("exclamation-triangle", "red"),
    EventKind.CHANNEL_SENT: ("paper-airplane", ""),
    EventKind.CHANNEL_FAILED: ("exclamation-triangle", "red"),
}
OTHER_ICON = ("information-circle", "")  # of a kind that a newer version stored


@vary_on_headers("HX-Request")
@agent_page
def show_history(request: AgentRequest, number: int) -> HttpResponse:
    """Show the ticket's history, newest first; to htmx the history alone."""
    ticket = get_ticket(request.agent, number)
    context = _describe_history(ticket, request.agent, before=request.GET.get("before", ""))
    if request.htmx:
        return render(request, "agent/ticket/_history.html", context)
    part_url = reverse("agent:history", args=[number])
    panel = read_panel(ticket, request.agent)
    frame = build_ticket_frame(request, ticket, panel, tab="history", part_url=part_url)
    return render(request, "agent/ticket/page.html", {**frame, **context})


def _describe_history(ticket: Ticket, agent: Agent, *, before: str) -> dict[str, Any]:
    events = list_events(ticket, agent, before=parse_number(before), limit=MAX_EVENTS)
    shown = events[:MAX_EVENTS]
    own = reverse("agent:history", args=[ticket.number])
    names = get_priority_names(ticket.desk, shown)
    days = groupby(shown, key=lambda event: timezone.localtime(event.at).date())
    return {
        "days": [_build_day(list(of_day), ticket, names) for __, of_day in days],
        "earlier_url": f"{own}?before={shown[-1].pk}" if len(events) > MAX_EVENTS else "",
        "earlier_text": _("Show earlier events"),
    }


def _build_day(events: list[TicketEvent], ticket: Ticket, names: dict[str, str]) -> HistoryDay:
    return HistoryDay(
        title=format_full_date(events[0].at),
        events=tuple(_build_event(event, ticket, names) for event in events),
    )


def _build_event(event: TicketEvent, ticket: Ticket, names: dict[str, str]) -> HistoryEvent:
    icon, tone = ICONS.get(event.kind, OTHER_ICON)
    return HistoryEvent(
        icon=icon,
        tone=tone,
        sentence=describe_event(event, ticket.desk, priority_names=names),
        actor=event.actor_name or event.get_actor_kind_display(),
        channel_label=str(CHANNEL_LABELS.get(event.channel, "")),
        at_iso=to_iso(event.at),
        at_text=format_time(event.at),
        at_title=format_title(event.at),
        clock_url=_get_clock_url(event, ticket),
    )


def _get_clock_url(event: TicketEvent, ticket: Ticket) -> str:
    """Return the page that explains the clock of an SLA event as of then; "" for others."""
    if event.kind in OF_PROMISES:
        return get_clock_url(ticket, ClockKind.PROMISED_UPDATE, at=event.at)
    if not event.kind.startswith("sla."):
        return ""
    # Events from before there were several kinds of clocks are about the first response.
    kind = event.data.get("clock") or ClockKind.FIRST_RESPONSE
    return get_clock_url(ticket, kind, at=event.at) if kind in ClockKind.values else ""
