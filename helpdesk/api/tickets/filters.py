"""Filters, search, views and orders of the API's ticket list: those of the Tickets page (M31).

Parameters are read by the same conditions, operators and views (tickets/conditions,
helpdesk/agent/lists), so that a list means the same on both.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError as RefusedError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from accounts.models import Agent
from helpdesk.agent.lists.filters import ORDERS, Sort, apply_filters, list_sorts
from helpdesk.agent.lists.list_parameters import SavedList
from helpdesk.agent.lists.operators import OPERATORS, list_operators, resolve
from helpdesk.agent.lists.saved_lists import describe_saved
from helpdesk.agent.lists.views import select_view
from helpdesk.api.changes import SINCE, SINCE_TEXT, select_changed
from helpdesk.api.contract.problems import ParameterError
from helpdesk.shared.numbers import parse_number
from tickets.conditions.conditions import split_values
from tickets.conditions.properties import PROPERTIES, get_positive
from tickets.models import QueueRow, SavedView
from tickets.saved_views.access import get_view_for_agent
from tickets.search.find import MAX_HITS, search_for_agent
from tickets.search.operators import parse_operators
from tickets.selectors import MAX_SEARCH_LENGTH

ALL, ALL_OPEN = "all", "all-open"
# Properties whose values are ids of rows, which can be named, too.
NAMED = {"priority", "department", "assignee", "account", "tag", "plan", "product", "requester"}
LOWEST_FIRST = f"-{Sort.PRIORITY}"
SORTS = [*Sort.values, LOWEST_FIRST]


_DAYS = {
    "after": _("Only tickets of this day or later, such as 2026-11-30, in the desk's time zone."),
    "before": _("Only tickets before this day, such as 2026-11-30, in the desk's time zone."),
}
_WITH = _("Only tickets with one of these values, separated by commas.")
_WITHOUT = _("Only tickets with none of these values, separated by commas.")
_WITH_NAMED = _("Only tickets with one of these, by ids or names, separated by commas.")
_WITHOUT_NAMED = _("Only tickets with none of these, by ids or names, separated by commas.")


def _describe(name: str) -> OpenApiParameter:
    positive = get_positive(name)
    if day := _DAYS.get(name.rpartition("_")[2]):
        return OpenApiParameter(name, str, description=day)
    given = (_WITH_NAMED, _WITHOUT_NAMED) if positive in NAMED else (_WITH, _WITHOUT)
    return OpenApiParameter(name, str, description=given[positive != name])


PARAMETERS = [
    OpenApiParameter(
        "q",
        str,
        description=_(
            "What you would type into the search of the Tickets page: words and operators, such as "
            "“disk is:waiting tag:vip edition:Cloud”. Words cover the newest 200 matches. An "
            "operator that matches nothing is refused."
        ),
    ),
    OpenApiParameter(
        "view",
        str,
        description=_(
            "A view of the Tickets page: “all” (the default), “all-open”, “mine”, “unassigned”, "
            "“unanswered”, “overdue”, “soon”, “unread”, “mentioned”, “approval”, “snoozed”, "
            "“recent” (closed), a status, a level, or the slug of a saved view, such as “s12”. "
            "Filters come on top of it."
        ),
    ),
    OpenApiParameter(
        "sort",
        str,
        enum=SORTS,
        description=_(
            "The sort order. By default, the view's own. “deadline”, “waiting” and “priority” "
            "(“-priority”: the lowest first) are for views of open tickets, such as “all-open”."
        ),
    ),
    OpenApiParameter(
        SINCE,
        OpenApiTypes.DATETIME,
        description=SINCE_TEXT,
    ),
    *(_describe(name) for name in PROPERTIES),
]


@dataclass(frozen=True, slots=True)
class TicketQuery:
    """A list that a request asks for. ordering: as REST framework names it."""

    tickets: QuerySet[QueueRow]
    ordering: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Base:
    """The view that a list starts from."""

    view: str
    filters: dict[str, str] = field(default_factory=dict)
    sort: str = ""


def read_query(agent: Agent, given: QueryDict, *, at: datetime) -> TicketQuery:
    """Return the tickets that the parameters ask for. Raises ParameterError."""
    for name in given:
        if "\0" in given[name]:
            raise _refuse(name, gettext("Null characters are not allowed."))
    base = _read_base(agent, given.get("view", ALL))
    words, found = _read_search(agent, given.get("q", ""))
    chosen = {name: str(given[name]) for name in PROPERTIES if given.get(name)}
    own = {name: _read_values(agent, name, text) for name, text in chosen.items()}
    tickets = _select(agent, base, at)
    for filters in (base.filters, found, own):
        tickets = _apply(tickets, filters, agent, at)
    if words:
        tickets = tickets.filter(pk__in=search_for_agent(agent, words, limit=MAX_HITS).ids)
    if SINCE in given:
        return _read_changes(tickets, given)
    return TicketQuery(tickets, _read_order(base, given.get("sort", "")))


def _read_base(agent: Agent, view: str) -> _Base:
    view_id = parse_number(view[1:]) if view.startswith("s") else None
    if view_id is None:
        return _Base("" if view == ALL_OPEN else view)
    try:
        saved: SavedList = describe_saved(get_view_for_agent(agent, view_id), agent)
    except SavedView.DoesNotExist:
        raise _refuse("view", gettext("This view doesn't exist.")) from None
    return _Base(saved.base, dict(saved.filters), saved.sort)


def _select(agent: Agent, base: _Base, at: datetime) -> QuerySet[QueueRow]:
    try:
        return select_view(agent, base.view, at=at)
    except ValueError:
        raise _refuse("view", gettext("This view doesn't exist.")) from None


def _read_search(agent: Agent, text: str) -> tuple[str, dict[str, str]]:
    """Return the words of a search, and the filters that its operators stand for."""
    words = text.strip()
    if len(words) > MAX_SEARCH_LENGTH:
        said = gettext("Enter at most %(count)s characters.") % {"count": MAX_SEARCH_LENGTH}
        raise _refuse("q", said)
    parsed = parse_operators(words, list_operators(agent))
    filters, problems = resolve(parsed.operators, agent)
    if problems:
        raise _refuse("q", *problems)
    return parsed.words, filters


def _read_values(agent: Agent, name: str, text: str) -> str:
    """Return the values of a filter, names as ids. Raises ParameterError for an unknown name."""
    positive = get_positive(name)
    if positive not in NAMED:
        return text
    ids: list[str] = []
    for value in split_values(text):
        if value.isdecimal():
            ids.append(value)
            continue
        _name, found = OPERATORS[positive](agent, value)
        if not found:
            said = gettext("Nothing at this desk is called “%(value)s”.") % {"value": value}
            raise _refuse(name, said)
        ids.extend(found)
    return ",".join(dict.fromkeys(ids))


def _apply(
    tickets: QuerySet[QueueRow], filters: dict[str, str], agent: Agent, at: datetime
) -> QuerySet[QueueRow]:
    for name, value in filters.items():
        try:
            tickets = apply_filters(tickets, {name: value}, agent=agent, at=at)
        except RefusedError:
            said = gettext("This isn't a value that tickets can be filtered by.")
            raise _refuse(name, said) from None
    return tickets


def _read_changes(tickets: QuerySet[QueueRow], given: QueryDict) -> TicketQuery:
    if given.get("sort"):
        raise _refuse(
            "sort", gettext("A list with “updated_since” can't be sorted in another order.")
        )
    return TicketQuery(select_changed(tickets, given), ("changed_at", "ticket_id"))


def _read_order(base: _Base, wanted: str) -> tuple[str, ...]:
    sorts: list[str] = list(list_sorts(base.view))
    usual = base.sort if base.sort in sorts else sorts[0]
    sorts += [LOWEST_FIRST] if Sort.PRIORITY in sorts else []
    if wanted and wanted not in sorts:
        said = gettext("This view can be sorted by: %(names)s.") % {"names": ", ".join(sorts)}
        raise _refuse("sort", said)
    chosen = wanted or usual
    order = ORDERS[Sort(chosen.removeprefix("-"))]
    is_descending = order.is_descending or chosen == LOWEST_FIRST
    return tuple(f"-{name}" if is_descending else name for name in order.fields)


def _refuse(name: str, *texts: str) -> ParameterError:
    problem: dict[str, Any] = {name: list(texts)}
    return ParameterError(problem)
