"""The Tickets page (M31): views of the desk's tickets, and the search."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.vary import vary_on_headers

from accounts.models import Desk
from helpdesk.agent.doors import AgentRequest, reading
from helpdesk.agent.queries import DepartmentCount, Page, read_found, read_page, select_view
from helpdesk.agent.rows import describe_rows
from helpdesk.agent.shell import make_shell
from helpdesk.cursors import Cursor
from helpdesk.numbers import read_number
from tickets.models import State
from tickets.selectors import MOST_HITS, search_tickets

PILLS = ("", *State.values, "all")
FOUND_SIZE = 50


@vary_on_headers("HX-Request")
@reading
def show_queue(request: AgentRequest) -> HttpResponse:
    """A page of tickets; to htmx the rows alone."""
    words = request.GET.get("q", "").strip()
    context = _search(request, words) if words else _list(request)
    if request.htmx:
        return render(request, "agent/queue/_rows.html", context)
    view = None if words else request.GET.get("view", "")
    shell = make_shell(request, current=view, words=words)
    frame = _frame(request, view, words, shell["departments"])
    return render(request, "agent/queue/page.html", {**shell, **context, **frame})


def _list(request: AgentRequest) -> dict[str, Any]:
    view = request.GET.get("view", "")
    try:
        tickets = select_view(request.agent, view)
    except ValueError:
        raise Http404("There is no such view.") from None
    page = read_page(
        tickets,
        agent=request.agent,
        older_than=Cursor.read(request.GET.get("older", "")),
        newer_than=Cursor.read(request.GET.get("newer", "")),
    )
    return {
        "rows": describe_rows(page.rows, desk=request.desk, now=timezone.now()),
        "pagination": _paginate(page, view),
        "empty": _describe_nothing(view),
    }


def _paginate(page: Page, view: str) -> dict[str, str]:
    return {
        "newer_url": _address(view=view, newer=page.newer) if page.newer else "",
        "older_url": _address(view=view, older=page.older) if page.older else "",
    }


def _address(**parts: object) -> str:
    return reverse("agent:queue", query={name: str(part) for name, part in parts.items() if part})


def _search(request: AgentRequest, words: str) -> dict[str, Any]:
    ids = search_tickets(desk=request.desk, words=words, with_notes=True)
    first = min(read_number(request.GET.get("from")) or 0, MOST_HITS)
    rows = read_found(request.agent, ids[first : first + FOUND_SIZE])
    newer = _address(q=words, **{"from": first - FOUND_SIZE}) if first > FOUND_SIZE else _address(q=words)
    older = _address(q=words, **{"from": first + FOUND_SIZE})
    capped = len(ids) >= MOST_HITS
    return {
        "rows": describe_rows(rows, desk=request.desk, now=timezone.now()),
        "pagination": {
            "newer_url": newer if first else "",
            "older_url": older if len(ids) > first + FOUND_SIZE else "",
            "summary": f"The newest {MOST_HITS} hits" if capped else f"{len(ids)} found",
        },
        "empty": {
            "title": "Nothing found",
            "text": "No ticket, message or note of this desk holds all of these words. Search for whole words,"
            " a ticket's number, or a customer's whole e-mail address.",
        },
    }


def _frame(
    request: AgentRequest, view: str | None, words: str, departments: list[DepartmentCount]
) -> dict[str, Any]:
    """What stands around the rows: title, pills, the live address."""
    return {
        "queue": {
            "title": f"Search: {words}" if view is None else _title(request, view, departments),
            "live_url": reverse("agent:stream"),
            "rows_url": request.get_full_path(),
        },
        "views": [
            {"url": _address(view=pill), "label": _label(request, pill), "current": pill == view}
            for pill in PILLS
        ],
    }


def _label(request: AgentRequest, view: str) -> str:
    named = {"": "All undone", "all": "All", "mine": "Mine", "unassigned": "Unassigned"}
    if view == State.OPEN:
        return _name_open(request.desk)
    return named.get(view) or request.desk.word_for(view)


def _name_open(desk: Desk) -> str:
    """Open tickets bear two words, answered and not; one that At Investigation has too would name two pills."""
    words = dict.fromkeys([desk.word_for("new"), desk.word_for("open")])
    return ", ".join(word for word in words if word != desk.word_for("investigating")) or desk.word_for("new")


def _title(request: AgentRequest, view: str, departments: list[DepartmentCount]) -> str:
    department_id = read_number(view)
    if department_id is None:
        return {"": "Tickets", "all": "All tickets"}.get(view) or _label(request, view)
    name = next((department.name for department in departments if department.id == department_id), None)
    if name is None:
        raise Http404("There is no such department.")
    return name


def _describe_nothing(view: str) -> dict[str, str]:
    if view == "mine":
        return {"title": "Nothing of yours is undone", "text": "Tickets that are given to you appear here."}
    if view == "unassigned":
        return {"title": "Every ticket has somebody", "text": "Tickets that nobody has taken appear here."}
    return {"title": "No tickets here", "text": "New ones appear by themselves."}
