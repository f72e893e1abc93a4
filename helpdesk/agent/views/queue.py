"""The Tickets page (M31): views of the desk's tickets, narrowed down and sorted, and the search."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.vary import vary_on_headers

from accounts.models import Desk
from helpdesk.agent.filters import narrow
from helpdesk.agent.list_parameters import Asked
from helpdesk.agent.permissions import AgentRequest, agent_page
from helpdesk.agent.queue_queries import (
    DepartmentCount,
    Page,
    read_found,
    read_page,
    read_sidebar,
    select_view,
)
from helpdesk.agent.rows import describe_rows
from helpdesk.agent.shell import frame_shell
from helpdesk.agent.toolbar import describe_toolbar
from helpdesk.shared.cursors import Cursor
from helpdesk.shared.numbers import parse_number
from tickets.access import tickets_for_agent
from tickets.models import State
from tickets.selectors import MAX_HITS, search_for_agent

PILLS = ("", *State.values, "all")
FOUND_SIZE = 50


@vary_on_headers("HX-Request")
@agent_page
def show_queue(request: AgentRequest) -> HttpResponse:
    """A page of tickets; to htmx the rows alone."""
    asked, at = Asked.read(request.GET), timezone.now()
    context = _read(request, asked, at)
    if request.htmx:
        return render(request, "agent/queue/_rows.html", context)
    account = parse_number(asked.account_id) or 0
    sidebar = read_sidebar(request.agent, at=at, with_choices=True, account=account)
    shell = frame_shell(
        request, sidebar, current=None if asked.words else asked.view, words=asked.words
    )
    frame = {
        **_frame(request, asked, sidebar.departments),
        "filters": describe_toolbar(asked, sidebar, request.desk),
        "search_hidden": list(asked.filters.items()),
    }
    return render(request, "agent/queue/page.html", {**shell, **context, **frame})


def _read(request: AgentRequest, asked: Asked, at: datetime) -> dict[str, Any]:
    try:
        return _search(request, asked, at) if asked.words else _list(request, asked, at)
    except ValidationError as error:
        return {"rows": [], "empty": _offer_all(asked, error.messages[0], "The filter is gone")}


def _list(request: AgentRequest, asked: Asked, at: datetime) -> dict[str, Any]:
    try:
        tickets = select_view(request.agent, asked.view, at=at)
    except ValueError:
        raise Http404("There is no such view.") from None
    page = read_page(
        narrow(tickets, asked.filters, agent=request.agent, at=at),
        agent=request.agent,
        order=asked.order,
        older_than=Cursor.read(request.GET.get("older", ""), asked.order),
        newer_than=Cursor.read(request.GET.get("newer", ""), asked.order),
    )
    return {
        "rows": describe_rows(page.rows, desk=request.desk, now=at),
        "pagination": _paginate(page, asked),
        "empty": _describe_nothing(asked),
    }


def _paginate(page: Page, asked: Asked) -> dict[str, str]:
    return {
        "newer_url": asked.address({"newer": page.newer}) if page.newer else "",
        "older_url": asked.address({"older": page.older}) if page.older else "",
    }


def _search(request: AgentRequest, asked: Asked, at: datetime) -> dict[str, Any]:
    ids = search_for_agent(request.agent, asked.words)
    capped = len(ids) >= MAX_HITS
    tickets = tickets_for_agent(request.agent)
    if asked.filters and ids:
        tickets = narrow(tickets, asked.filters, agent=request.agent, at=at)
        fitting = set(tickets.filter(pk__in=ids).values_list("pk", flat=True))
        ids = [ticket_id for ticket_id in ids if ticket_id in fitting]
    first = min(parse_number(request.GET.get("from")) or 0, MAX_HITS)
    rows = read_found(tickets, request.agent, ids[first : first + FOUND_SIZE])
    found = f"{len(ids)} among the newest {MAX_HITS} hits" if capped else f"{len(ids)} found"
    return {
        "rows": describe_rows(rows, desk=request.desk, now=at),
        "pagination": {
            "newer_url": asked.address({"from": max(0, first - FOUND_SIZE)}) if first else "",
            "older_url": asked.address({"from": first + FOUND_SIZE})
            if len(ids) > first + FOUND_SIZE
            else "",
            "summary": found,
        },
        "empty": _describe_nothing_found(asked),
    }


def _frame(
    request: AgentRequest, asked: Asked, departments: list[DepartmentCount]
) -> dict[str, Any]:
    """What stands around the rows: title, pills, the live address."""
    view = None if asked.words else asked.view
    return {
        "queue": {
            "title": f"Search: {asked.words}"
            if view is None
            else _title(request, view, departments),
            "live_url": reverse("agent:stream"),
            "rows_url": request.get_full_path(),
        },
        "views": [
            {"url": _address_view(pill), "label": _label(request, pill), "current": pill == view}
            for pill in PILLS
        ],
    }


def _address_view(view: str) -> str:
    return reverse("agent:queue", query={"view": view} if view else None)


def _label(request: AgentRequest, view: str) -> str:
    named = {
        "": "All undone",
        "all": "All",
        "mine": "Mine",
        "unassigned": "Unassigned",
        "overdue": "Overdue",
    }
    if view == State.OPEN:
        return _name_open(request.desk)
    return named.get(view) or request.desk.word_for(view)


def _name_open(desk: Desk) -> str:
    """Open tickets bear two words, answered and not; one that At Investigation has too would name two pills."""
    words = dict.fromkeys([desk.word_for("new"), desk.word_for("open")])
    return ", ".join(
        word for word in words if word != desk.word_for("investigating")
    ) or desk.word_for("new")


def _title(request: AgentRequest, view: str, departments: list[DepartmentCount]) -> str:
    department_id = parse_number(view)
    if department_id is None:
        return {"": "Tickets", "all": "All tickets"}.get(view) or _label(request, view)
    name = next((d.name for d in departments if d.id == department_id and not d.is_hidden), None)
    if name is None:
        raise Http404("There is no such department.")
    return name


NOTHING = {
    "mine": ("Nothing of yours is undone", "Tickets that are given to you appear here."),
    "unassigned": ("Every ticket has somebody", "Tickets that nobody has taken appear here."),
    "overdue": (
        "Nothing is overdue",
        "Tickets whose first response is past its deadline appear here.",
    ),
}


def _describe_nothing(asked: Asked) -> dict[str, str]:
    if asked.filters:
        return _offer_all(asked, "There are no tickets here that fit all filters.")
    title, text = NOTHING.get(asked.view, ("No tickets here", "New ones appear by themselves."))
    return {"title": title, "text": text}


def _describe_nothing_found(asked: Asked) -> dict[str, str]:
    if asked.filters:
        return _offer_all(asked, "No ticket that fits all filters holds all of these words.")
    return {
        "title": "Nothing found",
        "text": "No ticket, message or note of this desk holds all of these words. Names, addresses, numbers"
        " and the last word are found by their beginning, other words as they stand.",
    }


def _offer_all(asked: Asked, text: str, title: str = "No ticket fits") -> dict[str, str]:
    return {
        "title": title,
        "text": text,
        "action_url": asked.address(without="filters"),
        "action_label": "Clear filters",
    }
