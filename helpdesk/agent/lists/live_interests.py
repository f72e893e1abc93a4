"""Which changes affect an agent's page, from the parameters of its event stream.

A list passes ``shows=list`` and the view and filters of its own URL. A list of search results
passes its tickets, because only those are refreshed. A page about defects (``shows=defects``, or
``defect=12``) hears about no ticket. A page without parameters is notified of everything.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from accounts.models import Agent, Level
from helpdesk.agent.lists.filters import FEW, RECENTLY_CLOSED
from helpdesk.agent.lists.list_parameters import ListParameters
from helpdesk.live.interests import EVERYTHING, Interest
from helpdesk.shared.numbers import parse_number
from tickets.conditions.conditions import split_values
from tickets.conditions.values import SOON, AssigneeChoice, Attention, Due
from tickets.models import OPEN_STATES, State

LIST, FOUND, NOTHING, DEFECTS = "list", "found", "nothing", "defects"
MAX_NUMBERS = 100

Needs = dict[str, frozenset[Any]]


def build_stream_url(parameters: ListParameters, numbers: Iterable[int] = ()) -> str:
    """Return the URL of a list's event stream. numbers: the tickets found by a search."""
    if parameters.words:
        query = {"shows": FOUND, "numbers": ",".join(map(str, numbers))}
    else:
        query = {"shows": LIST, **parameters.expand().get_parameters()}
    return reverse("agent:stream", query=query)


def read_interest(query: QueryDict, agent: Agent) -> Interest:
    """Return what a page shows, from the parameters of its stream."""
    number = parse_number(query.get("ticket"))
    if number is not None:
        return Interest(numbers=frozenset([number]))
    if read_defect(query) is not None:
        return Interest(numbers=frozenset())
    shows = query.get("shows")
    if shows == FOUND:
        numbers = map(parse_number, query.get("numbers", "").split(",")[:MAX_NUMBERS])
        return Interest(numbers=frozenset(number for number in numbers if number))
    return _describe_list(ListParameters.parse(query), agent) if shows == LIST else EVERYTHING


def read_defect(query: QueryDict) -> int | None:
    """Return the number of the defect that a page shows, 0 for all of them, or None."""
    return 0 if query.get("shows") == DEFECTS else parse_number(query.get("defect"))


def _describe_list(parameters: ListParameters, agent: Agent) -> Interest:
    needs: Needs = {}
    for found in (_need_of_view(parameters.view, agent), _need_of_filters(parameters, agent)):
        for name, values in found.items():
            needs[name] = needs.get(name, values) & values
    own = {"overdue": Due.PASSED.value, "soon": Due.SOON.value}
    due = own.get(parameters.view) or parameters.filters.get("due")
    within: dict[str | None, float] = {Due.PASSED: 0.0, Due.SOON: SOON.total_seconds()}
    return Interest(needs=needs, due_within=within.get(due))


def _need_of_view(view: str, agent: Agent) -> Needs:
    if view in State.values:
        return {"status": frozenset([view])}
    if view in Level.values:
        return {"status": frozenset(OPEN_STATES), "level": frozenset([view])}
    department_id = parse_number(view)
    if view in ("all", *FEW):
        return {}
    if view == RECENTLY_CLOSED:
        return {"status": frozenset([State.CLOSED.value])}
    needs: Needs = {"status": frozenset(OPEN_STATES)}
    if view == "mine":
        needs["assignee"] = frozenset([agent.pk])
    elif view == "unassigned":
        needs["assignee"] = frozenset([0])
    elif department_id is not None:
        needs["department"] = frozenset([department_id])
    return needs


def _need_of_filters(parameters: ListParameters, agent: Agent) -> Needs:
    filters = parameters.filters
    needs: Needs = {
        name: frozenset(parse_number(value) or 0 for value in split_values(filters[name]))
        for name in ("priority", "department", "account")
        if name in filters
    }
    needs |= {
        name: frozenset(split_values(filters[name]))
        for name in ("status", "channel", "level")
        if name in filters
    }
    if filters.get("needs") == Attention.REPLY:
        needs["status"] = frozenset(OPEN_STATES)
    if "assignee" in filters:
        known: dict[str, int] = {AssigneeChoice.ME: agent.pk, AssigneeChoice.NOBODY: 0}
        values = split_values(filters["assignee"])
        needs["assignee"] = frozenset(known.get(v) or parse_number(v) or 0 for v in values)
    return needs
