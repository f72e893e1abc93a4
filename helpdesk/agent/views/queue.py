"""The Tickets page (M31): views of the desk's tickets with filters and orders, and the search."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.views.decorators.vary import vary_on_headers

from accounts.models import Desk, Level
from helpdesk.agent.components.lists import QueueHeader
from helpdesk.agent.lists.account_filter import find_account
from helpdesk.agent.lists.filters import MENTIONED, apply_filters, split_filters
from helpdesk.agent.lists.found_pages import FOUND_SIZE, FoundPages
from helpdesk.agent.lists.list_parameters import ListParameters
from helpdesk.agent.lists.live_interests import build_stream_url
from helpdesk.agent.lists.operator_search import follow_operators
from helpdesk.agent.lists.queue_queries import (
    MAX_WALKED,
    Page,
    read_found,
    read_page,
    read_sidebar_with_choices,
    select_view,
)
from helpdesk.agent.lists.rows import build_found_rows, build_rows
from helpdesk.agent.lists.shared_rows import Rendered, render_once
from helpdesk.agent.lists.toolbar import build_toolbar
from helpdesk.agent.permissions import AgentRequest, agent_page
from helpdesk.agent.shell import frame_shell
from helpdesk.agent.sql import DepartmentCount
from helpdesk.shared.components import EmptyState, Link, Pagination
from helpdesk.shared.cursors import Cursor
from helpdesk.shared.numbers import parse_number
from helpdesk.shared.urls import get_url
from tickets.access import queue_for_agent
from tickets.models import State
from tickets.search.find import MAX_HITS, search_for_agent

PILLS = ("", *State.values, "all")
TITLES = {
    "": gettext_lazy("Open tickets"),
    "all": gettext_lazy("All tickets"),
    "mine": pgettext_lazy("tickets", "Mine"),
    MENTIONED: gettext_lazy("Mentioned"),
    "unassigned": gettext_lazy("Unassigned"),
    "unanswered": gettext_lazy("Needs reply"),
    "soon": gettext_lazy("Due soon"),
    "overdue": gettext_lazy("Breached"),
}
EMPTY = {
    "": (
        gettext_lazy("No open tickets"),
        gettext_lazy("New requests show up here as they arrive."),
    ),
    "mine": (
        gettext_lazy("You're all caught up"),
        gettext_lazy("Tickets assigned to you show up here."),
    ),
    MENTIONED: (
        gettext_lazy("No mentions yet"),
        gettext_lazy("Tickets on which a note mentions you show up here."),
    ),
    "unassigned": (
        gettext_lazy("Every ticket is assigned"),
        gettext_lazy("Tickets without an assignee show up here."),
    ),
    "unanswered": (
        gettext_lazy("Every customer has a reply"),
        gettext_lazy("Tickets with messages that no one has answered show up here."),
    ),
    "soon": (
        gettext_lazy("Nothing is due within an hour"),
        gettext_lazy("Tickets with a deadline within the next hour show up here."),
    ),
    "overdue": (
        gettext_lazy("No breached tickets"),
        gettext_lazy("Tickets past a deadline show up here."),
    ),
}


@vary_on_headers("HX-Request")
@agent_page
def show_queue(request: AgentRequest) -> HttpResponse:
    """Show a page of tickets; to htmx the rows alone."""
    parameters, at = ListParameters.parse(request.GET), timezone.now()
    if parameters.account_name:
        return _filter_by_name(request, parameters, at)
    if answer := follow_operators(request, parameters):
        return answer
    if request.htmx:
        return HttpResponse(
            render_once(request, parameters, lambda: _render_rows(request, parameters, at))
        )
    return _render_page(request, parameters, _read(request, parameters, at), at)


def _filter_by_name(
    request: AgentRequest, parameters: ListParameters, at: datetime
) -> HttpResponse:
    """Redirect to the list of the account that was typed, or show why none was found."""
    try:
        account = find_account(request.desk, parameters.account_name)
    except ValidationError as error:
        empty = _offer_all(parameters, error.messages[0], title=_("Account not found"))
        context = {"rows": [], "pagination": Pagination(), "empty": empty}
        return _render_page(request, parameters, context, at, account_error=error.messages[0])
    return HttpResponseRedirect(parameters.with_account(account.pk).build_url())


def _render_page(
    request: AgentRequest,
    parameters: ListParameters,
    context: dict[str, Any],
    at: datetime,
    *,
    account_error: str = "",
) -> HttpResponse:
    sidebar = read_sidebar_with_choices(request.agent, at=at, filters=parameters.filters)
    current = None if parameters.words else parameters.view
    frame = {
        **frame_shell(request, sidebar, current=current, words=parameters.words),
        **_build_frame(
            request,
            parameters,
            sidebar.departments,
            live_url=build_stream_url(parameters, context.get("numbers", ())),
        ),
        "filters": build_toolbar(parameters, sidebar, request.desk, account_error=account_error),
        "search_hidden": tuple(parameters.filters.items()),
    }
    return render(request, "agent/queue/page.html", {**context, **frame})


def _render_rows(request: AgentRequest, parameters: ListParameters, at: datetime) -> Rendered:
    context = _read(request, parameters, at)
    text = render_to_string("agent/queue/_rows.html", context, request)
    return text, context.get("ids", ())


def _read(request: AgentRequest, parameters: ListParameters, at: datetime) -> dict[str, Any]:
    try:
        if parameters.words:
            return _search(request, parameters, at)
        return _list(request, parameters, at)
    except ValidationError as error:
        empty = _offer_all(parameters, error.messages[0], title=_("Unknown filter"))
        return {"rows": [], "pagination": Pagination(), "empty": empty}


def _list(request: AgentRequest, parameters: ListParameters, at: datetime) -> dict[str, Any]:
    try:
        tickets = select_view(request.agent, parameters.view, at=at)
    except ValueError:
        raise Http404(_("This view doesn't exist.")) from None
    indexed, others = split_filters(parameters.view, parameters.filters, parameters.sort)
    tickets = apply_filters(tickets, indexed, agent=request.agent, at=at)
    page = read_page(
        apply_filters(tickets, others, agent=request.agent, at=at),
        among=tickets if others else None,
        agent=request.agent,
        order=parameters.order,
        older_than=Cursor.parse(request.GET.get("older", ""), parameters.order),
        newer_than=Cursor.parse(request.GET.get("newer", ""), parameters.order),
    )
    return {
        "rows": build_rows(
            page.rows, desk=request.desk, now=at, can_select=request.agent.can_write
        ),
        "ids": [row.id for row in page.rows],
        "pagination": _paginate(page, parameters),
        "empty": _describe_empty(parameters, page),
    }


def _paginate(page: Page, parameters: ListParameters) -> Pagination:
    return Pagination(
        newer_url=parameters.build_url({"newer": page.newer}) if page.newer else "",
        older_url=parameters.build_url({"older": page.older}) if page.older else "",
    )


def _search(request: AgentRequest, parameters: ListParameters, at: datetime) -> dict[str, Any]:
    before = parse_number(request.GET.get("before"))
    found = search_for_agent(request.agent, parameters.words, before=before)
    ids = found.ids
    pages = FoundPages(parameters, before, found.unchecked_before, len(ids) >= MAX_HITS)
    tickets = queue_for_agent(request.agent)
    if parameters.filters and ids:
        tickets = apply_filters(tickets, parameters.filters, agent=request.agent, at=at)
        matching = set(tickets.filter(pk__in=ids).values_list("pk", flat=True))
        ids = [ticket_id for ticket_id in ids if ticket_id in matching]
    first = min(parse_number(request.GET.get("from")) or 0, MAX_HITS)
    rows = read_found(tickets, request.agent, ids[first : first + FOUND_SIZE])
    return {
        "rows": build_found_rows(
            rows,
            parameters.words,
            desk=request.desk,
            now=at,
            can_select=request.agent.can_write,
        ),
        "numbers": [row.number for row in rows],
        "pagination": pages.paginate(len(ids), first=first),
        "empty": _describe_no_results(parameters, pages, has_hits=bool(found.ids)),
    }


def _build_frame(
    request: AgentRequest,
    parameters: ListParameters,
    departments: list[DepartmentCount],
    *,
    live_url: str,
) -> dict[str, Any]:
    """Return the context around the rows: title, live URLs, pills."""
    view = None if parameters.words else parameters.view
    title = (
        _("Search: %(words)s") % {"words": parameters.words}
        if view is None
        else _get_title(request.desk, view, departments)
    )
    return {
        "queue": QueueHeader(
            title,
            live_url,
            request.get_full_path(),
            can_select=request.agent.can_write,
            query=urlencode(parameters.get_parameters()),
        ),
        "views": [
            Link(_get_view_url(pill), _get_pill_label(request.desk, pill), current=pill == view)
            for pill in PILLS
        ],
    }


def _get_view_url(view: str) -> str:
    return get_url("agent:queue", query={"view": view} if view else None)


def _get_pill_label(desk: Desk, view: str) -> str:
    if view == "":
        return _("All open")
    if view == "all":
        return pgettext("tickets", "All")
    return _name_open(desk) if view == State.OPEN else desk.word_for(view)


def _name_open(desk: Desk) -> str:
    """Return the pill of open tickets: the desk's words for unanswered and answered ones.

    A word that At Investigation has, too, would name two pills.
    """
    words = dict.fromkeys([desk.word_for("new"), desk.word_for("open")])
    own = [word for word in words if word != desk.word_for("investigating")]
    return ", ".join(own) or desk.word_for("new")


def _get_title(desk: Desk, view: str, departments: list[DepartmentCount]) -> str:
    if view in TITLES:
        return str(TITLES[view])
    if view in Level.values:
        return desk.word_for_level(view)
    department_id = parse_number(view)
    if department_id is None:
        return _get_pill_label(desk, view)
    name = next((d.name for d in departments if d.id == department_id and not d.is_hidden), None)
    if name is None:
        raise Http404(_("This department doesn't exist."))
    return name


def _describe_empty(parameters: ListParameters, page: Page) -> EmptyState:
    if page.older or page.newer:
        return _offer_more(parameters, page)
    if parameters.filters:
        return _offer_all(parameters, _("No ticket in this view matches all filters."))
    if parameters.view in EMPTY:
        title, text = EMPTY[parameters.view]
        return EmptyState(str(title), str(text))
    return EmptyState(_("No tickets here"), _("Tickets in this view show up here."))


def _offer_more(parameters: ListParameters, page: Page) -> EmptyState:
    """Return the empty state of a page on which none of the checked tickets match."""
    place = {"older": page.older} if page.older else {"newer": page.newer}
    text = ngettext(
        "Checked %(count)s ticket. It doesn't match all filters.",
        "Checked %(count)s tickets. None of them match all filters.",
        MAX_WALKED,
    ) % {"count": MAX_WALKED}
    return EmptyState(
        title=_("No matching tickets so far"),
        text=text,
        action_url=parameters.build_url(place),
        action_label=_("Check more tickets"),
    )


def _describe_no_results(
    parameters: ListParameters, pages: FoundPages, *, has_hits: bool
) -> EmptyState:
    """Return the empty state of a search. has_hits: the filters excluded everything it found."""
    if older_url := pages.search_older_url:
        text = (
            _("None of the newest tickets with these words match all filters.")
            if has_hits
            else _("None of the newest tickets with these words contain this exact phrase.")
        )
        return EmptyState(
            _("No results yet"),
            text,
            action_url=older_url,
            action_label=_("Search older tickets"),
        )
    if parameters.filters and pages.is_capped:
        text = _("None of the newest %(maximum)s results match all filters.")
        return _offer_all(parameters, text % {"maximum": MAX_HITS})
    if parameters.filters:
        text = _("No ticket contains all of these words and matches all filters.")
        return _offer_all(parameters, text)
    return EmptyState(
        _("No results"),
        _("Nothing matches all of these words. Try fewer words, or the number of the ticket."),
    )


def _offer_all(parameters: ListParameters, text: str, *, title: str = "") -> EmptyState:
    return EmptyState(
        title=title or _("No matching tickets"),
        text=text,
        action_url=parameters.build_url(without="filters"),
        action_label=_("Clear filters"),
    )
