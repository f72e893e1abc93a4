"""The way from a ticket back to the list it was opened from, and to the tickets beside it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Level
from helpdesk.agent.components.walk import Walk
from helpdesk.agent.lists.list_parameters import ListParameters
from helpdesk.agent.lists.titles import TITLES
from helpdesk.agent.lists.walking import (
    build_list_url,
    build_ticket_url,
    find_neighbors,
    parse_list,
)
from helpdesk.agent.permissions import AgentRequest
from helpdesk.shared.urls import get_url
from tickets.models import Ticket


def describe_walk(request: AgentRequest, ticket: Ticket, now: datetime) -> Walk:
    """Return the way back, and with the parameter ``list`` the tickets before and after this."""
    url = get_url("agent:walk", ticket.number)
    query = request.GET.get("list")
    if query is None:
        return Walk(ticket.reference, url, get_url("agent:queue"), _("Tickets"))
    parameters = parse_list(query, request.agent)
    beside = find_neighbors(parameters, ticket.number, request.agent, now)
    previous, following = beside.previous, beside.next
    return Walk(
        ticket.reference,
        url,
        build_list_url(query) if parameters else get_url("agent:queue"),
        _name(parameters, ticket) if parameters else _("Tickets"),
        is_known=True,
        previous_url=build_ticket_url(previous, query) if previous else "",
        next_url=build_ticket_url(following, query) if following else "",
    )


def _name(parameters: ListParameters, ticket: Ticket) -> str:
    if parameters.words:
        return _("Search results")
    if parameters.saved:
        return parameters.saved.name
    if parameters.view in Level.values:
        return ticket.desk.word_for_level(parameters.view)
    return str(TITLES.get(parameters.view) or _("Tickets"))
