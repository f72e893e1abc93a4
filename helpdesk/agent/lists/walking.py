"""Walking through a list from ticket to ticket: the ones before and after one, and the way back.

A ticket's page knows the list that it was opened from by the parameter ``list``, which holds the
parameters of the list's own URL.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict

from accounts.models import Agent
from helpdesk.agent.lists.filters import apply_filters, split_filters
from helpdesk.agent.lists.grouped_pages import read_list_page
from helpdesk.agent.lists.groupings import KINDS
from helpdesk.agent.lists.list_parameters import MAX_QUERY, ListParameters
from helpdesk.agent.lists.saved_lists import read_list
from helpdesk.agent.lists.views import select_view
from helpdesk.shared.cursors import BY_PRIORITY, Cursor
from helpdesk.shared.urls import get_url
from tickets.access import queue_for_agent
from tickets.models import Priority, QueueRow, SavedView


@dataclass(frozen=True, slots=True)
class Neighbors:
    """The tickets before and after one in a list, by number, or None at an end."""

    previous: int | None = None
    next: int | None = None


def get_next_number(list_query: str, number: int, agent: Agent, at: datetime) -> int | None:
    """Return the number of the ticket after one in a list, or None at its end.

    list_query: the parameters of the list's URL, such as "view=mine". Ask before the ticket
    changes, which may move it in the list or out of it.
    """
    return find_neighbors(parse_list(list_query, agent), number, agent, at).next


def parse_list(list_query: str, agent: Agent) -> ListParameters | None:
    """Return the list that a ticket was opened from, or None if the agent doesn't see it.

    Nor is it known if its parameters are too long: cut, they would name another list.
    """
    if len(list_query) > MAX_QUERY:
        return None
    try:
        return read_list(QueryDict(list_query), agent)
    except SavedView.DoesNotExist:
        return None


def find_neighbors(
    parameters: ListParameters | None, number: int, agent: Agent, at: datetime
) -> Neighbors:
    """Return the tickets beside one in a list; none in a search, or a list that isn't there.

    The ticket itself need not be in the list (anymore): its place in the order counts.
    """
    if parameters is None or parameters.words:
        return Neighbors()
    try:
        tickets, among = _select(parameters, agent, at)
    except (ValidationError, ValueError):
        return Neighbors()
    place = _find_place(parameters, number, agent)
    if place is None:
        return Neighbors()
    given: dict[str, Any] = {"agent": agent, "among": among, "size": 1, "with_headings": False}
    newer = read_list_page(parameters, tickets, newer_than=place, **given).rows
    older = read_list_page(parameters, tickets, older_than=place, **given).rows
    return Neighbors(newer[-1].number if newer else None, older[0].number if older else None)


def _select(
    parameters: ListParameters, agent: Agent, at: datetime
) -> tuple[QuerySet[QueueRow], QuerySet[QueueRow] | None]:
    """Return the tickets of a list, and those among which a limited number is checked."""
    indexed, others = split_filters(parameters.view, parameters.filters, parameters.sort)
    among = apply_filters(select_view(agent, parameters.view, at=at), indexed, agent=agent, at=at)
    if not others:
        return among, None
    return apply_filters(among, others, agent=agent, at=at), among


def _find_place(parameters: ListParameters, number: int, agent: Agent) -> Cursor | None:
    row = queue_for_agent(agent).filter(number=number).first()
    if row is None:
        return None
    fields = parameters.order.fields
    if parameters.order == BY_PRIORITY:
        ranks = Priority.objects.filter(pk=row.priority_id).values_list("rank", flat=True)
        values = (ranks.first(), *(getattr(row, name) for name in fields[1:]))
    else:
        values = tuple(getattr(row, name) for name in fields)
    if None in values:
        return None
    kind = KINDS.get(parameters.grouping)
    return Cursor((*([kind.get_key(row)] if kind else []), *values))


def build_list_url(list_query: str) -> str:
    """Return the URL of the list that a ticket was opened from."""
    query = QueryDict(list_query).dict()
    return get_url("agent:queue", query=query or None)


def build_ticket_url(number: int, list_query: str) -> str:
    """Return the URL of a ticket that was opened from a list."""
    query = {"list": list_query} if list_query else None
    return get_url("agent:ticket", number, query=query)
