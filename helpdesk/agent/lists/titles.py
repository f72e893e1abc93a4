"""Titles of ticket lists, and the pills above them."""

from __future__ import annotations

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from accounts.models import Desk, Level
from helpdesk.agent.lists.filters import APPROVAL, MENTIONED, RECENTLY_CLOSED, SNOOZED, UNREAD
from helpdesk.agent.lists.list_parameters import ListParameters
from helpdesk.agent.lists.queue_queries import MAX_COUNTED, Sidebar
from helpdesk.agent.sql import DepartmentCount
from helpdesk.shared.components import Link
from helpdesk.shared.numbers import format_capped_count, parse_number
from helpdesk.shared.urls import get_url
from tickets.models import State

PILLS = ("", *State.values, "all")
WITHOUT_SNOOZED = frozenset({"mine", "unanswered"})
TITLES = {
    "": gettext_lazy("Open tickets"),
    "all": gettext_lazy("All tickets"),
    "mine": pgettext_lazy("tickets", "Mine"),
    MENTIONED: gettext_lazy("Mentioned"),
    APPROVAL: gettext_lazy("Waiting for approval"),
    SNOOZED: gettext_lazy("Snoozed"),
    "unassigned": gettext_lazy("Unassigned"),
    "unanswered": gettext_lazy("Needs reply"),
    "soon": gettext_lazy("Due soon"),
    UNREAD: gettext_lazy("Unread by me"),
    RECENTLY_CLOSED: gettext_lazy("Recently closed"),
    "overdue": gettext_lazy("Breached"),
}


def list_pills(desk: Desk, current: str | None) -> list[Link]:
    """Return the pills above a list. current: the open view, or None for a search."""
    return [
        Link(get_view_url(pill), _get_pill_label(desk, pill), current=pill == current)
        for pill in PILLS
    ]


def get_title(desk: Desk, parameters: ListParameters, departments: list[DepartmentCount]) -> str:
    """Return the title of a list. Raises Http404 for a department that the agent doesn't see."""
    if parameters.words:
        return _("Search: %(words)s") % {"words": parameters.words}
    if parameters.saved:
        return parameters.saved.name
    return _get_view_title(desk, parameters.view, departments)


def link_snoozed(parameters: ListParameters, sidebar: Sidebar) -> Link | None:
    """Return a link to the tickets that a list leaves out because the agent snoozed them."""
    count = sidebar.counts.snoozed
    if not count or parameters.words or parameters.view not in WITHOUT_SNOOZED:
        return None
    text = ngettext(
        "Your %(count)s snoozed ticket isn't listed here",
        "Your %(count)s snoozed tickets aren't listed here",
        count,
    )
    return Link(get_view_url(SNOOZED), text % {"count": format_capped_count(count, MAX_COUNTED)})


def get_view_url(view: str) -> str:
    """Return the URL of a view."""
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


def _get_view_title(desk: Desk, view: str, departments: list[DepartmentCount]) -> str:
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
