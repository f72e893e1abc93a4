"""The Tickets page (M31): views of the desk's tickets with filters and orders, and the search."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.vary import vary_on_headers

from accounts.models import Desk
from helpdesk.agent.components.lists import QueueHeader
from helpdesk.agent.lists.account_filter import find_account
from helpdesk.agent.lists.adding import add_filter, suggest
from helpdesk.agent.lists.empty_states import describe_empty, describe_no_results, offer_all
from helpdesk.agent.lists.filters import apply_filters, split_filters
from helpdesk.agent.lists.found_pages import FOUND_SIZE, FoundPages
from helpdesk.agent.lists.grouped_pages import read_list_page
from helpdesk.agent.lists.list_parameters import ListParameters
from helpdesk.agent.lists.live_interests import build_stream_url
from helpdesk.agent.lists.newest_lines import RowDetails, add_details, select_details
from helpdesk.agent.lists.operator_search import follow_operators
from helpdesk.agent.lists.own_filters import list_own_columns
from helpdesk.agent.lists.queue_queries import (
    Page,
    Sidebar,
    read_found,
    read_sidebar_together,
    read_sidebar_with_choices,
)
from helpdesk.agent.lists.rows import build_found_rows, build_rows
from helpdesk.agent.lists.saved_lists import read_list
from helpdesk.agent.lists.shared_rows import Rendered, render_once
from helpdesk.agent.lists.titles import get_title, link_snoozed, list_pills
from helpdesk.agent.lists.toolbar import Added, build_toolbar
from helpdesk.agent.lists.views import select_view
from helpdesk.agent.permissions import AgentRequest, agent_page
from helpdesk.agent.saved_views.showing import arrange, describe_missing, list_view_acts
from helpdesk.agent.shell import frame_shell
from helpdesk.shared.components import Pagination
from helpdesk.shared.numbers import parse_number
from tickets.access import queue_for_agent
from tickets.models import FormField, SavedView
from tickets.search.find import MAX_HITS, search_for_agent


@vary_on_headers("HX-Request")
@agent_page
def show_queue(request: AgentRequest) -> HttpResponse:
    """Show a page of tickets; to htmx the rows alone."""
    try:
        parameters, at = read_list(request.GET, request.agent), timezone.now()
    except SavedView.DoesNotExist:
        raise Http404(_("This view doesn't exist.")) from None
    if typed := request.GET.get("add", "").strip():
        return _add_filter(request, parameters, typed, at)
    if parameters.account_name:
        return _filter_by_name(request, parameters, at)
    if answer := follow_operators(request, parameters):
        return answer
    if request.htmx:
        return HttpResponse(
            render_once(request, parameters, lambda: _render_rows(request, parameters, at))
        )
    return _render_page(request, parameters, _read(request, parameters, at), at)


@agent_page
def suggest_filters(request: AgentRequest) -> HttpResponse:
    """Return the filters that match what is being typed, as options."""
    try:
        parameters = read_list(QueryDict(request.GET.get("list", "")), request.agent)
    except SavedView.DoesNotExist:
        raise Http404(_("This view doesn't exist.")) from None
    sidebar = read_sidebar_with_choices(
        request.agent, at=timezone.now(), filters=parameters.filters
    )
    found = suggest(parameters, sidebar, request.desk, request.GET.get("add", ""))
    return HttpResponse(
        format_html_join("", '<option value="{}"></option>', ((one.text,) for one in found))
    )


def _add_filter(
    request: AgentRequest, parameters: ListParameters, typed: str, at: datetime
) -> HttpResponse:
    """Redirect to the list with the filter that was typed, or show why it isn't one."""
    sidebar = read_sidebar_with_choices(request.agent, at=at, filters=parameters.filters)
    try:
        wanted = add_filter(parameters, sidebar, request.desk, typed)
    except ValidationError as refused:
        added = Added(typed, refused.messages[0])
        return _render_page(request, parameters, _read(request, parameters, at), at, added=added)
    return HttpResponseRedirect(wanted.build_url())


def _filter_by_name(
    request: AgentRequest, parameters: ListParameters, at: datetime
) -> HttpResponse:
    """Redirect to the list of the account that was typed, or show why none was found."""
    try:
        account = find_account(request.desk, parameters.account_name)
    except ValidationError as error:
        empty = offer_all(parameters, error.messages[0], title=_("Account not found"))
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
    added: Added | None = None,
) -> HttpResponse:
    fields = _list_fields(parameters, request.desk)
    details = select_details(context.get("page", ()), request.agent, at=at, fields=fields)
    sidebar, (found,) = read_sidebar_together(
        request.agent, at=at, filters=parameters.filters, also=[details]
    )
    context = _finish(context, parameters, found, request.desk)
    current = None if parameters.words else parameters.slug
    frame = {
        **frame_shell(request, sidebar, current=current, words=parameters.words),
        **_build_frame(
            request,
            parameters,
            sidebar,
            live_url=build_stream_url(parameters, context.get("numbers", ())),
        ),
        "filters": build_toolbar(
            parameters,
            sidebar,
            request.desk,
            acts=list_view_acts(parameters, request.agent),
            account_error=account_error,
            added=added,
        ),
        "search_hidden": tuple(parameters.filters.items()),
    }
    return render(request, "agent/queue/page.html", {**context, **frame})


def _render_rows(request: AgentRequest, parameters: ListParameters, at: datetime) -> Rendered:
    context = _read(request, parameters, at)
    fields = _list_fields(parameters, request.desk)
    details = select_details(context.get("page", ()), request.agent, at=at, fields=fields)
    context = _finish(context, parameters, details.fetch(), request.desk)
    text = render_to_string("agent/queue/_rows.html", context, request)
    return text, context.get("ids", ())


def _read(request: AgentRequest, parameters: ListParameters, at: datetime) -> dict[str, Any]:
    try:
        if parameters.words:
            return _search(request, parameters, at)
        return _list(request, parameters, at)
    except ValidationError as error:
        empty = offer_all(parameters, error.messages[0], title=_("Unknown filter"))
        return {"rows": [], "pagination": Pagination(), "empty": empty}


def _list(request: AgentRequest, parameters: ListParameters, at: datetime) -> dict[str, Any]:
    try:
        tickets = select_view(request.agent, parameters.view, at=at)
    except ValueError:
        raise Http404(_("This view doesn't exist.")) from None
    indexed, others = split_filters(parameters.view, parameters.filters, parameters.sort)
    tickets = apply_filters(tickets, indexed, agent=request.agent, at=at)
    page = read_list_page(
        parameters,
        apply_filters(tickets, others, agent=request.agent, at=at),
        among=tickets if others else None,
        agent=request.agent,
        older_than=parameters.parse_place(request.GET.get("older", "")),
        newer_than=parameters.parse_place(request.GET.get("newer", "")),
    )
    return {
        "rows": build_rows(page.rows, desk=request.desk, now=at, **_describe_rows(request)),
        "page": page.rows,
        "headings": page.groups,
        "ids": [row.id for row in page.rows],
        "pagination": _paginate(page, parameters),
        "empty": describe_empty(parameters, page),
    }


def _finish(
    context: dict[str, Any], parameters: ListParameters, details: list[RowDetails], desk: Desk
) -> dict[str, Any]:
    """Return the context of a list with what was read about its rows apart."""
    if "page" not in context:
        return context
    fields = _list_fields(parameters, desk)
    rows = add_details(context["rows"], context["page"], details, fields)
    return {**context, "rows": rows, **arrange(rows, context, parameters, desk)}


def _list_fields(parameters: ListParameters, desk: Desk) -> list[FormField]:
    """Return the desk's own fields that a list shows as columns."""
    return list_own_columns(parameters.saved.columns, desk) if parameters.saved else []


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
            **_describe_rows(request),
        ),
        "numbers": [row.number for row in rows],
        "pagination": pages.paginate(len(ids), first=first),
        "empty": describe_no_results(parameters, pages, has_hits=bool(found.ids)),
    }


def _describe_rows(request: AgentRequest) -> dict[str, Any]:
    return {
        "can_select": request.agent.can_write,
        "has_preview": True,
        "list_query": request.GET.urlencode(),
    }


def _build_frame(
    request: AgentRequest,
    parameters: ListParameters,
    sidebar: Sidebar,
    *,
    live_url: str,
) -> dict[str, Any]:
    """Return the context around the rows: title, live URLs, pills."""
    saved = parameters.saved
    return {
        "queue": QueueHeader(
            get_title(request.desk, parameters, sidebar.departments),
            live_url,
            request.get_full_path(),
            can_select=request.agent.can_write,
            query=urlencode(parameters.expand().get_parameters()),
            notice=describe_missing(parameters, request.desk) if saved else "",
            snoozed=link_snoozed(parameters, sidebar),
        ),
        "views": list_pills(request.desk, None if parameters.words else parameters.slug),
    }
