"""The handover page of a region, and accepting a ticket that was offered or handed over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Agent, Region
from helpdesk.agent.components.handovers import HandoverCard
from helpdesk.agent.handover_notes import NoteTexts, describe_note, read_texts
from helpdesk.agent.permissions import AgentRequest, agent_action, agent_page
from helpdesk.agent.redirects import apply_change
from helpdesk.agent.shell import build_shell
from helpdesk.agent.ticket_page.ticket_queries import get_ticket_for_change
from helpdesk.shared.components import Link
from helpdesk.shared.numbers import parse_number
from helpdesk.shared.urls import get_url
from helpdesk.shared.wording.times import format_ago, format_datetime, format_title, to_iso
from routing.handover.lending import take_over
from routing.handover.listing import DueHandover, list_due_handovers, list_open_handovers
from routing.handover.offers import accept_ticket
from routing.models import Handover
from tickets.models import Ticket

ALL = "all"


@agent_page
def show_handovers(request: AgentRequest) -> HttpResponse:
    """Show what was handed over to a region, and what its agents will hand over soon.

    At first those of the agent's own region.
    """
    regions = list(Region.objects.filter(desk=request.desk))
    region = _choose_region(request, regions)
    region_id, now = region.pk if region else None, timezone.now()
    handovers = list(list_open_handovers(request.agent, region_id=region_id))
    texts = read_texts(handovers)
    due = list_due_handovers(request.agent, now, region_id=region_id)
    context = {
        **build_shell(request, current="handovers"),
        "views": _list_views(regions, region),
        "handovers": [_describe(one, texts, request.agent, now) for one in handovers],
        "due": [_describe_due(one) for one in due],
    }
    return render(request, "agent/handovers/page.html", context)


def _choose_region(request: AgentRequest, regions: Sequence[Region]) -> Region | None:
    asked = request.GET.get("region", "")
    wanted = request.agent.region_id if not asked else parse_number(asked)
    return next((region for region in regions if region.pk == wanted), None)


def _list_views(regions: Sequence[Region], chosen: Region | None) -> tuple[Link, ...]:
    """Return a link for each region, and for all; none if the desk has no regions."""
    if not regions:
        return ()
    url = get_url("agent:handovers", query={"region": ALL})
    everything = Link(url=url, label=pgettext("regions", "All"), current=chosen is None)
    return (everything, *(_link(region, chosen) for region in regions))


def _link(region: Region, chosen: Region | None) -> Link:
    url = get_url("agent:handovers", query={"region": str(region.pk)})
    return Link(url=url, label=region.name, current=region == chosen)


def _describe(handover: Handover, texts: NoteTexts, agent: Agent, now: datetime) -> HandoverCard:
    ticket = handover.ticket
    state, tone = _describe_state(handover)
    accept_url, accept_label = _find_action(handover, agent)
    return HandoverCard(
        **_name(ticket),
        people=_describe_people(handover),
        when_iso=to_iso(handover.created_at),
        when_text=format_ago(handover.created_at, now=now),
        when_title=format_title(handover.created_at),
        state=state,
        tone=tone,
        facts=describe_note(handover.note, texts, ticket.desk) if handover.note else (),
        accept_url=accept_url,
        accept_label=accept_label,
    )


def _name(ticket: Ticket) -> dict[str, Any]:
    return {
        "url": get_url("agent:ticket", ticket.number),
        "number": ticket.reference,
        "subject": ticket.subject,
        "priority_name": ticket.priority.localized_name,
    }


def _describe_people(handover: Handover) -> str:
    named = {
        "sender": str(handover.sender or _("a former agent")),
        "receiver": str(handover.receiver or _("nobody")),
        "cause": handover.get_cause_display(),
    }
    if handover.until is None:
        return _("%(sender)s to %(receiver)s. %(cause)s.") % named
    named["time"] = format_datetime(handover.until)
    return _("%(sender)s to %(receiver)s, until %(time)s. %(cause)s.") % named


def _describe_state(handover: Handover) -> tuple[str, str]:
    if handover.claimed_at is not None:
        return _("Accepted"), "green"
    if handover.alarmed_at is not None:
        return _("Unclaimed for a whole shift"), "red"
    return _("Not accepted yet"), "amber"


def _find_action(handover: Handover, agent: Agent) -> tuple[str, str]:
    if not agent.can_write:
        return "", ""
    url = get_url("agent:acceptance", handover.ticket.number)
    if handover.receiver_id == agent.pk:
        return ("", "") if handover.claimed_at else (url, _("Accept"))
    return (url, _("Take over")) if handover.ticket.owner_id else ("", "")


def _describe_due(due: DueHandover) -> HandoverCard:
    ticket, time = due.ticket, format_datetime(due.ends_at)
    return HandoverCard(
        **_name(ticket),
        people=_("%(agent)s, whose shift ends at %(time)s.")
        % {"agent": ticket.assignee, "time": time},
        when_iso=to_iso(due.ends_at),
        when_text=time,
        when_title=format_title(due.ends_at),
    )


@agent_action
def accept(request: AgentRequest, number: int) -> HttpResponse:
    """Accept a ticket that waits for the agent, or take over one that another agent was lent."""
    ticket = get_ticket_for_change(request.agent, number)
    is_theirs = ticket.assignee_id == request.agent.pk
    change = accept_ticket if is_theirs else take_over
    return apply_change(
        request,
        number,
        lambda: change(ticket_id=ticket.pk, agent=request.agent, at=timezone.now()),
        success=_("Ticket accepted.") if is_theirs else _("You took over the ticket."),
    )
